package lapce.ipc.framing;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import lapce.ipc.api.Claim;
import lapce.ipc.api.ClosedException;
import lapce.ipc.api.CorruptStreamException;
import lapce.ipc.api.Frame;
import lapce.ipc.api.IpcException;
import lapce.ipc.api.MessageType;
import lapce.ipc.api.Stream;

/// Sends frames: in place if there is room for the whole frame now, else by a waiting send. Used by one thread at a
/// time. Allocates nothing per frame.
final class SendingSide {
    private static final int SENDABLE_FLAGS =
            Frame.PART_OF_STREAM | Frame.PRIORITY | Frame.REQUEST | Frame.IS_RESPONSE;

    private final Stream stream;
    private final FrameEncoder encoder = new FrameEncoder();

    private long nextId = 1;

    SendingSide(Stream stream) {
        this.stream = stream;
    }

    long send(MessageType type, MemorySegment payload) throws IOException {
        send(type, 0, nextId, payload);
        return nextId++; // an id is used up by a frame that was sent
    }

    void send(MessageType type, int flags, long id, MemorySegment payload) throws IOException {
        int length = checkedLength(flags, payload);
        if (length > stream.maxMessageLength()) {
            throw new IllegalArgumentException("frame longer than the stream's messages: length=" + length
                    + ", maxMessageLength=" + stream.maxMessageLength());
        }
        if (length <= stream.maxClaimLength() && sentInPlace(type, flags, id, payload)) {
            return;
        }
        encoder.start(type, flags, id, payload.byteSize());
        stream.send(encoder.head(payload), payload, stream.sendTimeout());
    }

    boolean offer(MessageType type, int flags, long id, MemorySegment payload) throws IpcException {
        int length = checkedLength(flags, payload);
        if (length > stream.maxClaimLength()) {
            throw new IllegalArgumentException("frame too long to be offered, send it: length=" + length
                    + ", maxClaimLength=" + stream.maxClaimLength());
        }
        return sentInPlace(type, flags, id, payload);
    }

    private boolean sentInPlace(MessageType type, int flags, long id, MemorySegment payload) throws IpcException {
        encoder.start(type, flags, id, payload.byteSize());
        Claim claim = stream.tryClaim(frameLength(payload));
        if (claim == null) {
            return false;
        }
        boolean written = false;
        try {
            encoder.writeTo(claim, payload);
            written = true;
        } catch (IllegalStateException e) {
            if (!stream.isOpen()) { // the claim's memory went with the stream
                throw new ClosedException("stream is closed here: endpoint=" + stream.endpoint());
            }
            throw e;
        } catch (InternalError e) { // the fault of an access beyond the end of a mapped file
            if (isThere(claim)) {
                throw e;
            }
            throw truncated(e);
        } finally {
            if (!written) { // the payload may belong to another thread, or its memory may be gone
                claim.abort();
            }
        }
        claim.commit();
        return true;
    }

    /// Whether the fault was the payload's. What is cut off a file is its end, so the claim's last byte tells.
    private static boolean isThere(Claim claim) {
        try {
            byte ignored = claim.segment().get(ValueLayout.JAVA_BYTE, claim.offset() + claim.length() - 1);
            return true;
        } catch (InternalError e) {
            return false;
        }
    }

    private IpcException truncated(InternalError e) {
        stream.close();
        IpcException fault = new CorruptStreamException("memory of the connection is gone: endpoint="
                + stream.endpoint() + "; the peer has truncated it; the stream is closed");
        fault.initCause(e);
        return fault;
    }

    private static int checkedLength(int flags, MemorySegment payload) {
        if ((flags & ~SENDABLE_FLAGS) != 0) {
            throw new IllegalArgumentException("flags are compressed, encrypted or unknown: allowed=0x"
                    + Integer.toHexString(SENDABLE_FLAGS) + ", flags=0x" + Integer.toHexString(flags));
        }
        if (payload.byteSize() > Frame.MAX_PAYLOAD_LENGTH) {
            throw new IllegalArgumentException("payload longer than a frame takes: length=" + payload.byteSize()
                    + ", limit=" + Frame.MAX_PAYLOAD_LENGTH);
        }
        return frameLength(payload);
    }

    private static int frameLength(MemorySegment payload) {
        return Frame.HEADER_BYTES + (int) payload.byteSize();
    }
}
