package lapce.ipc.framing;

import java.lang.foreign.MemorySegment;
import lapce.ipc.api.Claim;
import lapce.ipc.api.Frame;
import lapce.ipc.api.MessageType;

/// Builds frames, in two steps: [#start], then one of [#writeTo] and [#head]. Belongs to the sending side.
///
/// All bytes go through one buffer that stays in the first-level cache: pieces of the payload come behind the header. Each byte is read from
/// the caller once, and what is checksummed is what is written, even when the caller changes the payload meanwhile.
final class FrameEncoder {
    /// The longest piece of a payload; a frame with no more is built whole and copied once.
    static final int PIECE_BYTES = FrameBuffer.ALIGNED_BYTES - Frame.HEADER_BYTES;

    private final FrameBuffer frame = new FrameBuffer(FrameBuffer.ALIGNED_BYTES);
    private final MemorySegment buffer = frame.segment();
    private final MemorySegment header = MemorySegment.ofArray(new byte[Frame.HEADER_BYTES]);
    private int start; // of the frame in the buffer
    private long id;

    /// Sets the fields of the next frame, which the caller has checked.
    void start(MessageType type, int flags, long id, long payloadLength) {
        this.id = id;
        start = FrameBuffer.place(Frame.HEADER_BYTES + (int) Math.min(PIECE_BYTES, payloadLength));
        FrameHeader.write(buffer, start, flags, type.code(), payloadLength, id);
    }

    /// Writes the frame to a claim of its length. The claim is written to and never read.
    void writeTo(Claim claim, MemorySegment payload) {
        if (payload.byteSize() <= PIECE_BYTES) {
            writeAtOnce(claim, payload);
        } else {
            writeInPieces(claim, payload);
        }
    }

    /// The header for a payload that is sent from where it lies, and so must not change until it was sent.
    ///
    /// @return memory of the encoder's, valid until the next call
    MemorySegment head(MemorySegment payload) {
        int crc32 = frame.crc32(start, Frame.HEADER_BYTES);
        for (long from = 0; from < payload.byteSize(); from += PIECE_BYTES) {
            crc32 = frame.andCrc32(start + Frame.HEADER_BYTES, fetch(payload, from));
        }
        MemorySegment.copy(buffer, start, header, 0, Frame.HEADER_BYTES);
        FrameHeader.third(header, 0, FrameHeader.third(id, crc32));
        return header;
    }

    /// The checksum goes straight to its place: written to the buffer first, it would stall the copy that reads it back
    /// together with its neighbours.
    private void writeAtOnce(Claim claim, MemorySegment payload) {
        int length = Frame.HEADER_BYTES + fetch(payload, 0);
        int crc32 = frame.crc32(start, length);
        MemorySegment.copy(buffer, start, claim.segment(), claim.offset(), length);
        FrameHeader.third(claim.segment(), claim.offset(), FrameHeader.third(id, crc32));
    }

    private void writeInPieces(Claim claim, MemorySegment payload) {
        MemorySegment target = claim.segment();
        long offset = claim.offset();
        int crc32 = frame.crc32(start, Frame.HEADER_BYTES);
        for (long from = 0; from < payload.byteSize(); from += PIECE_BYTES) {
            int count = fetch(payload, from);
            crc32 = frame.andCrc32(start + Frame.HEADER_BYTES, count);
            MemorySegment.copy(buffer, start + Frame.HEADER_BYTES, target, offset + Frame.HEADER_BYTES + from, count);
        }
        MemorySegment.copy(buffer, start, target, offset, Frame.HEADER_BYTES);
        FrameHeader.third(target, offset, FrameHeader.third(id, crc32));
    }

    /// Copies the piece of the payload that starts there to its place behind the header, and returns its length.
    private int fetch(MemorySegment payload, long from) {
        int count = (int) Math.min(PIECE_BYTES, payload.byteSize() - from);
        MemorySegment.copy(payload, from, buffer, start + Frame.HEADER_BYTES, count);
        return count;
    }
}
