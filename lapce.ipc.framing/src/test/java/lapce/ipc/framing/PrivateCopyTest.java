package lapce.ipc.framing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import lapce.ipc.api.Frame;
import org.junit.jupiter.api.Test;

class PrivateCopyTest {
    private final PrivateCopy copy = new PrivateCopy();

    @Test
    void messageIsCopiedFromItsPlace() {
        take(5);
        byte[] expected = Frames.pattern(8);
        assertArrayEquals(Arrays.copyOfRange(expected, 3, 8), copied());
        assertEquals(5, copy.messageLength());
    }

    @Test
    void bufferIsReused() {
        take(100);
        FrameBuffer before = copy.buffer();
        take(PrivateCopy.MIN_BYTES);
        assertSame(before, copy.buffer());
    }

    @Test
    void bufferGrowsToTheLengthOfTheMessage() {
        take(PrivateCopy.MIN_BYTES + 1);
        assertEquals(PrivateCopy.MIN_BYTES + 1, copy.buffer().capacity());
    }

    @Test
    void bufferOfUpToOneMebibyteIsKept() {
        take(PrivateCopy.MAX_KEPT_BYTES);
        FrameBuffer before = copy.buffer();
        take(1);
        assertEquals(PrivateCopy.MIN_BYTES, copy.buffer().capacity());
        take(PrivateCopy.MIN_BYTES + 1);
        assertSame(before, copy.buffer());
    }

    @Test
    void longerBufferIsGivenUpWhenASmallMessageComes() {
        take(PrivateCopy.MAX_KEPT_BYTES + 2);
        FrameBuffer before = copy.buffer();
        take(PrivateCopy.MAX_KEPT_BYTES + 1);
        assertSame(before, copy.buffer());
        take(1);
        assertEquals(PrivateCopy.MIN_BYTES, copy.buffer().capacity());
        take(PrivateCopy.MIN_BYTES + 1);
        assertEquals(PrivateCopy.MIN_BYTES + 1, copy.buffer().capacity());
    }

    @Test
    void messageLongerThanAnyFrameIsNotCopied() {
        int length = Frame.HEADER_BYTES + Frame.MAX_PAYLOAD_LENGTH + 1;
        take(length);
        assertEquals(PrivateCopy.MIN_BYTES, copy.buffer().capacity());
        assertEquals(length, copy.messageLength());
    }

    @Test
    void laterChangesOfTheSharedBytesAreNotSeen() {
        MemorySegment shared = MemorySegment.ofArray(Frames.pattern(10));
        copy.onMessage(shared, 0, 10);
        shared.fill((byte) 0);
        assertArrayEquals(Frames.pattern(10), copied());
    }

    @Test
    void everyLengthHasItsPlace() {
        for (int length = 0; length <= 100; length++) {
            take(length);
            assertArrayEquals(Arrays.copyOfRange(Frames.pattern(length + 3), 3, length + 3), copied());
            assertEquals(0, (copy.segment().address() + copy.start() + length) % 16, "its end is aligned");
        }
    }

    private byte[] copied() {
        return copy.segment().asSlice(copy.start(), copy.messageLength()).toArray(ValueLayout.JAVA_BYTE);
    }

    private void take(int length) {
        copy.onMessage(MemorySegment.ofArray(Frames.pattern(length + 3)), 3, length);
    }
}
