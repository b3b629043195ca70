package lapce.ipc.framing;

import java.lang.foreign.MemorySegment;
import lapce.ipc.api.Frame;
import lapce.ipc.api.MessageHandler;

/// The message last received, copied out of the peer's reach before anything in it is looked at. The buffer is reused.
final class PrivateCopy implements MessageHandler {
    static final int MIN_BYTES = 8 << 10;

    /// A longer buffer is given up as soon as a message no longer needs it.
    static final int MAX_KEPT_BYTES = 1 << 20;

    private static final int MAX_BYTES = Frame.HEADER_BYTES + Frame.MAX_PAYLOAD_LENGTH;

    private byte[] bytes = new byte[MIN_BYTES];
    private MemorySegment segment = MemorySegment.ofArray(bytes); // all of bytes
    private int messageLength;

    @Override
    public void onMessage(MemorySegment shared, long offset, int length) {
        int copied = length <= MAX_BYTES ? length : Frame.HEADER_BYTES; // enough to say why it is refused
        if (copied > bytes.length || (bytes.length > MAX_KEPT_BYTES && copied <= MAX_KEPT_BYTES)) {
            bytes = new byte[Math.max(copied, MIN_BYTES)];
            segment = MemorySegment.ofArray(bytes);
        }
        MemorySegment.copy(shared, offset, segment, 0, copied);
        messageLength = length;
    }

    /// The buffer; the message starts at 0. A message longer than any frame is there with its header only.
    byte[] bytes() {
        return bytes;
    }

    /// The buffer again.
    MemorySegment segment() {
        return segment;
    }

    /// How many bytes the message had.
    int messageLength() {
        return messageLength;
    }
}
