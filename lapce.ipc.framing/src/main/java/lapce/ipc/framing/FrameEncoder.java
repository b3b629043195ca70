package lapce.ipc.framing;

import java.lang.foreign.MemorySegment;
import java.util.zip.CRC32;
import lapce.ipc.api.Claim;
import lapce.ipc.api.Frame;
import lapce.ipc.api.MessageType;

/// Builds frames, in two steps: [#start], then one of [#writeTo] and [#head]. Belongs to the sending side.
///
/// All bytes go through one buffer that stays in the first-level cache: the header has its place at the front, pieces
/// of the payload come behind it. Each byte is read from the caller once, and what is checksummed is what is written,
/// even when the caller changes the payload meanwhile.
final class FrameEncoder {
    private static final int BUFFER_BYTES = 8 << 10;

    /// The longest piece of a payload; a frame with no more is built whole and copied once.
    static final int PIECE_BYTES = BUFFER_BYTES - Frame.HEADER_BYTES;

    private final byte[] bytes = new byte[BUFFER_BYTES];
    private final MemorySegment buffer = MemorySegment.ofArray(bytes);
    private final MemorySegment header = buffer.asSlice(0, Frame.HEADER_BYTES);
    private final CRC32 crc32 = new CRC32();

    FrameEncoder() {
        FrameHeader.magic(header, FrameHeader.MAGIC); // these two stay as they are for every frame
        FrameHeader.version(header, FrameHeader.VERSION);
    }

    /// Sets the fields of the next frame, which the caller has checked.
    void start(MessageType type, int flags, long id, long payloadLength) {
        FrameHeader.flags(header, flags);
        FrameHeader.type(header, type.code());
        FrameHeader.payloadLength(header, payloadLength);
        FrameHeader.id(header, id);
        FrameHeader.crc32(header, 0); // what the checksum is computed with
        crc32.reset();
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
    /// @return a view of the buffer, valid until the next [#start]
    MemorySegment head(MemorySegment payload) {
        crc32.update(bytes, 0, Frame.HEADER_BYTES);
        for (long from = 0; from < payload.byteSize(); from += PIECE_BYTES) {
            crc32.update(bytes, Frame.HEADER_BYTES, fetch(payload, from));
        }
        seal();
        return header;
    }

    /// The checksum goes straight to its place: written to the buffer first, it would stall the copy that reads it back
    /// together with its neighbours.
    private void writeAtOnce(Claim claim, MemorySegment payload) {
        int length = Frame.HEADER_BYTES + fetch(payload, 0);
        MemorySegment target = claim.segment();
        crc32.update(bytes, 0, length);
        MemorySegment.copy(buffer, 0, target, claim.offset(), length);
        FrameHeader.crc32(target, claim.offset(), (int) crc32.getValue());
    }

    private void writeInPieces(Claim claim, MemorySegment payload) {
        MemorySegment target = claim.segment();
        long offset = claim.offset();
        crc32.update(bytes, 0, Frame.HEADER_BYTES);
        for (long from = 0; from < payload.byteSize(); from += PIECE_BYTES) {
            int count = fetch(payload, from);
            crc32.update(bytes, Frame.HEADER_BYTES, count);
            MemorySegment.copy(buffer, Frame.HEADER_BYTES, target, offset + Frame.HEADER_BYTES + from, count);
        }
        seal();
        MemorySegment.copy(header, 0, target, offset, Frame.HEADER_BYTES);
    }

    /// Copies the piece of the payload that starts there to its place behind the header, and returns its length.
    private int fetch(MemorySegment payload, long from) {
        int count = (int) Math.min(PIECE_BYTES, payload.byteSize() - from);
        MemorySegment.copy(payload, from, buffer, Frame.HEADER_BYTES, count);
        return count;
    }

    private void seal() {
        FrameHeader.crc32(header, (int) crc32.getValue());
    }
}
