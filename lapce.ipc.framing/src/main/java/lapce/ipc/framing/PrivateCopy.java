package lapce.ipc.framing;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;
import lapce.ipc.api.Frame;
import lapce.ipc.api.MessageHandler;
import org.jspecify.annotations.Nullable;

/// The message last received, copied out of the peer's reach before anything in it is looked at. The buffer is reused.
final class PrivateCopy implements MessageHandler {
    static final int MIN_BYTES = FrameBuffer.ALIGNED_BYTES;

    /// A longer buffer is given up as soon as a message no longer needs it.
    static final int MAX_KEPT_BYTES = 1 << 20;

    /// The header's words are read at once, which waits until all is written where they were not written as words (ADR 16).
    private static final int MAX_BYTES_BY_WORDS = 512;

    private static final int MAX_BYTES = Frame.HEADER_BYTES + Frame.MAX_PAYLOAD_LENGTH;

    private final FrameBuffer small = new FrameBuffer(MIN_BYTES);
    private @Nullable FrameBuffer large; // null until it is needed
    private FrameBuffer buffer = small;
    private int start; // of the message in it
    private int messageLength;

    @Override
    public void onMessage(MemorySegment shared, long offset, int length) {
        int copied = length <= MAX_BYTES ? length : Frame.HEADER_BYTES; // enough to say why it is refused
        buffer = bufferFor(copied);
        start = FrameBuffer.place(copied);
        if (copied <= MAX_BYTES_BY_WORDS) {
            copyByWords(shared, offset, copied);
        } else {
            MemorySegment.copy(shared, offset, buffer.segment(), start, copied);
        }
        messageLength = length;
    }

    private void copyByWords(MemorySegment shared, long offset, int length) {
        MemorySegment target = buffer.segment();
        int i = 0;
        for (; i <= length - Long.BYTES; i += Long.BYTES) {
            target.set(JAVA_LONG_UNALIGNED, start + i, shared.get(JAVA_LONG_UNALIGNED, offset + i));
        }
        for (; i < length; i++) {
            target.set(JAVA_BYTE, start + i, shared.get(JAVA_BYTE, offset + i));
        }
    }

    private FrameBuffer bufferFor(int length) {
        if (large != null && large.capacity() > MAX_KEPT_BYTES && length <= MAX_KEPT_BYTES) {
            large = null;
        }
        if (length <= MIN_BYTES) {
            return small;
        }
        if (large == null || large.capacity() < length) {
            large = new FrameBuffer(length);
        }
        return large;
    }

    /// Where it lies. Of a message longer than any frame there is the header only.
    FrameBuffer buffer() {
        return buffer;
    }

    /// The memory of the buffer.
    MemorySegment segment() {
        return buffer.segment();
    }

    /// Where the message starts in it.
    int start() {
        return start;
    }

    /// How many bytes the message had.
    int messageLength() {
        return messageLength;
    }
}
