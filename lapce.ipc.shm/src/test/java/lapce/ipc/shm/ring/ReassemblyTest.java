package lapce.ipc.shm.ring;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class ReassemblyTest {
    private static final int MAX = 1 << 20;
    private static final int LARGE = 100_000; // more than a stream keeps
    private static final int SMALL = 1000;

    private final Reassembly reassembly = new Reassembly(MAX);

    private void join(int length, int fragment) {
        byte[] message = Ring.bytes(length, 3);
        for (int from = 0; from < length; from += fragment) {
            assertTrue(reassembly.append(MemorySegment.ofArray(message), from, Math.min(fragment, length - from)));
        }
        byte[][] joined = new byte[1][];
        assertEquals(1, reassembly.handOut((segment, offset, count) -> {
            assertFalse(reassembly.isOpen());
            joined[0] = segment.asSlice(offset, count).toArray(JAVA_BYTE);
        }));
        assertArrayEquals(message, joined[0]);
    }

    @Test
    void fragmentsOfAnyLengthAreJoined() {
        for (int length : new int[] {1, 8, SMALL, 64 << 10, (64 << 10) + 1, LARGE, MAX}) {
            for (int fragment : new int[] {997, 30_000, length}) {
                join(length, fragment);
            }
        }
    }

    @Test
    void aMessageOfTheLongestLengthFitsAndNotAByteMore() {
        MemorySegment bytes = MemorySegment.ofArray(new byte[MAX + 1]);
        assertTrue(reassembly.append(bytes, 0, MAX - 1));
        assertFalse(reassembly.append(bytes, 0, 2));
        assertTrue(reassembly.append(bytes, 0, 1));
        assertFalse(reassembly.append(bytes, 0, 1));
        assertTrue(reassembly.append(bytes, 0, 0));
    }

    /// Else a thousand streams hold a large buffer each.
    @Test
    void aLargeBufferIsAnotherStreamsOnceItsMessageWasHandedOut() {
        Reassembly other = new Reassembly(MAX);
        MemorySegment large = MemorySegment.ofArray(Ring.bytes(MAX, 5));
        assertTrue(reassembly.append(large, 0, MAX));
        long[] sizes = new long[2];
        reassembly.handOut((segment, _, _) -> sizes[0] = segment.byteSize());
        assertTrue(other.append(large, 0, LARGE));
        other.handOut((segment, offset, count) -> {
            sizes[1] = segment.byteSize();
            assertEquals(-1, segment.asSlice(offset, count).mismatch(large.asSlice(0, LARGE)));
        });
        assertEquals(MAX, sizes[0]);
        assertEquals(MAX, sizes[1], "the first one's buffer, though less is needed");
    }

    @Test
    void aSmallBufferIsKept() {
        long[] sizes = new long[2];
        for (int i = 0; i < 2; i++) {
            int message = i;
            assertTrue(reassembly.append(MemorySegment.ofArray(new byte[SMALL]), 0, SMALL - 900 * i));
            reassembly.handOut((segment, _, _) -> sizes[message] = segment.byteSize());
        }
        assertEquals(SMALL, sizes[0]);
        assertEquals(SMALL, sizes[1]);
    }

    @Test
    void memoryGrowsWithWhatHasComeAndNotByAHair() {
        long[] size = new long[1];
        MemorySegment byteOfIt = MemorySegment.ofArray(new byte[1]);
        for (int i = 0; i < 600; i++) {
            assertTrue(reassembly.append(byteOfIt, 0, 1));
        }
        reassembly.handOut((segment, _, _) -> size[0] = segment.byteSize());
        assertEquals(1024, size[0], "doubled each time");
    }

    @Test
    void aHandlerThatThrowsLeavesNothing() {
        assertTrue(reassembly.append(MemorySegment.ofArray(new byte[SMALL]), 0, SMALL));
        assertThrows(IllegalStateException.class, () -> reassembly.handOut((_, _, _) -> {
            throw new IllegalStateException();
        }));
        assertFalse(reassembly.isOpen());
        join(SMALL, 7);
    }
}
