package lapce.ipc.framing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import lapce.ipc.api.Frame;
import org.junit.jupiter.api.Test;

class PrivateCopyTest {
    private final PrivateCopy copy = new PrivateCopy();

    @Test
    void messageIsCopiedFromItsPlace() {
        take(5);
        byte[] expected = Frames.pattern(8);
        assertArrayEquals(Arrays.copyOfRange(expected, 3, 8), Arrays.copyOf(copy.bytes(), 5));
        assertEquals(5, copy.messageLength());
    }

    @Test
    void bufferIsReused() {
        take(100);
        byte[] before = copy.bytes();
        take(PrivateCopy.MIN_BYTES);
        assertSame(before, copy.bytes());
    }

    @Test
    void bufferGrowsToTheLengthOfTheMessage() {
        take(PrivateCopy.MIN_BYTES + 1);
        assertEquals(PrivateCopy.MIN_BYTES + 1, copy.bytes().length);
        assertEquals(copy.bytes().length, copy.segment().byteSize());
    }

    @Test
    void bufferOfUpToOneMebibyteIsKept() {
        take(PrivateCopy.MAX_KEPT_BYTES);
        byte[] before = copy.bytes();
        take(1);
        assertSame(before, copy.bytes());
    }

    @Test
    void longerBufferIsGivenUpWhenASmallMessageComes() {
        take(PrivateCopy.MAX_KEPT_BYTES + 2);
        byte[] before = copy.bytes();
        take(PrivateCopy.MAX_KEPT_BYTES + 1);
        assertSame(before, copy.bytes());
        take(1);
        assertNotSame(before, copy.bytes());
        assertEquals(PrivateCopy.MIN_BYTES, copy.bytes().length);
    }

    @Test
    void messageLongerThanAnyFrameIsNotCopied() {
        int length = Frame.HEADER_BYTES + Frame.MAX_PAYLOAD_LENGTH + 1;
        take(length);
        assertEquals(PrivateCopy.MIN_BYTES, copy.bytes().length);
        assertEquals(length, copy.messageLength());
    }

    @Test
    void laterChangesOfTheSharedBytesAreNotSeen() {
        MemorySegment shared = MemorySegment.ofArray(Frames.pattern(10));
        copy.onMessage(shared, 0, 10);
        shared.fill((byte) 0);
        assertArrayEquals(Frames.pattern(10), Arrays.copyOf(copy.bytes(), 10));
    }

    private void take(int length) {
        copy.onMessage(MemorySegment.ofArray(Frames.pattern(length + 3)), 3, length);
    }
}
