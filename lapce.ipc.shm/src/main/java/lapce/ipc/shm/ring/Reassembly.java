package lapce.ipc.shm.ring;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import lapce.ipc.api.MessageHandler;

/// Joins the fragments of one message. Its memory grows with the bytes that have come, never with a length the peer
/// announced. Large buffers go to a small pool of the process once the message was handed out, so that a thousand streams
/// do not hold one each.
final class Reassembly {
    private static final int KEPT_BYTES = 64 << 10;
    private static final BlockingQueue<byte[]> POOL = new ArrayBlockingQueue<>(2);

    private final int maxLength;
    private byte[] bytes = {};
    private int length;
    private boolean open;

    Reassembly(int maxLength) {
        this.maxLength = maxLength;
    }

    /// Whether fragments of an unfinished message are held.
    boolean isOpen() {
        return open;
    }

    /// False, with nothing done, if the message would become too long.
    boolean append(MemorySegment segment, long offset, int count) {
        if (count > maxLength - length) {
            return false;
        }
        if (length + count > bytes.length) {
            grow(length + count);
        }
        MemorySegment.copy(segment, JAVA_BYTE, offset, bytes, length, count);
        length += count;
        open = true;
        return true;
    }

    int handOut(MessageHandler handler) {
        MemorySegment message = MemorySegment.ofArray(bytes).asReadOnly();
        int count = length;
        abandon();
        try {
            handler.onMessage(message, 0, count);
        } finally {
            giveBack();
        }
        return 1;
    }

    void abandon() {
        length = 0;
        open = false;
    }

    private void grow(int needed) {
        byte[] spare = needed > KEPT_BYTES ? POOL.poll() : null;
        int doubled = (int) Math.min(maxLength, Math.max(needed, 2L * bytes.length));
        byte[] larger = spare != null && spare.length >= needed ? spare : new byte[doubled];
        System.arraycopy(bytes, 0, larger, 0, length);
        giveBack();
        bytes = larger;
    }

    private void giveBack() {
        if (bytes.length > KEPT_BYTES) {
            POOL.offer(bytes); // a full pool leaves it to the garbage collector
            bytes = new byte[0];
        }
    }
}
