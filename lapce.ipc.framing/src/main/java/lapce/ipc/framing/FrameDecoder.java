package lapce.ipc.framing;

import java.lang.foreign.MemorySegment;
import java.util.zip.CRC32;
import lapce.ipc.api.CorruptFrameException.Reason;
import lapce.ipc.api.Frame;

/// Checks the message in a private copy, in the order of the package page. Belongs to the receiving side.
final class FrameDecoder {
    private final PrivateCopy copy;
    private final CRC32 crc32 = new CRC32();

    FrameDecoder(PrivateCopy copy) {
        this.copy = copy;
    }

    /// Why the message is refused, or null if it is a good frame.
    Reason refusal() {
        if (copy.messageLength() < Frame.HEADER_BYTES) {
            return Reason.TRUNCATED_HEADER;
        }
        MemorySegment frame = copy.segment();
        if (FrameHeader.magic(frame) != FrameHeader.MAGIC) {
            return Reason.BAD_MAGIC;
        }
        if (FrameHeader.version(frame) != FrameHeader.VERSION) {
            return Reason.UNSUPPORTED_VERSION;
        }
        Reason reason = refusalOfFlags(FrameHeader.flags(frame));
        return reason != null ? reason : refusalOfPayload(FrameHeader.payloadLength(frame));
    }

    /// The value that goes with the reason just found.
    long offendingValue(Reason reason) {
        MemorySegment frame = copy.segment();
        return switch (reason) {
            case TRUNCATED_HEADER -> copy.messageLength();
            case BAD_MAGIC -> Integer.toUnsignedLong(FrameHeader.magic(frame));
            case UNSUPPORTED_VERSION -> FrameHeader.version(frame);
            case RESERVED_FLAGS, ENCRYPTED, COMPRESSED -> FrameHeader.flags(frame);
            case PAYLOAD_TOO_LONG -> Math.max(FrameHeader.payloadLength(frame), bytesThere());
            case PAYLOAD_LENGTH_MISMATCH -> FrameHeader.payloadLength(frame);
            case BAD_CHECKSUM -> Integer.toUnsignedLong(FrameHeader.crc32(frame));
        };
    }

    private static Reason refusalOfFlags(int flags) {
        if ((flags & FrameHeader.RESERVED_FLAGS) != 0) {
            return Reason.RESERVED_FLAGS;
        }
        if ((flags & Frame.ENCRYPTED) != 0) {
            return Reason.ENCRYPTED;
        }
        return (flags & Frame.COMPRESSED) != 0 ? Reason.COMPRESSED : null;
    }

    private Reason refusalOfPayload(long length) {
        if (Math.max(length, bytesThere()) > Frame.MAX_PAYLOAD_LENGTH) {
            return Reason.PAYLOAD_TOO_LONG;
        }
        if (length != bytesThere()) {
            return Reason.PAYLOAD_LENGTH_MISMATCH;
        }
        return checksumMatches() ? null : Reason.BAD_CHECKSUM;
    }

    private int bytesThere() {
        return copy.messageLength() - Frame.HEADER_BYTES;
    }

    private boolean checksumMatches() {
        MemorySegment frame = copy.segment();
        int expected = FrameHeader.crc32(frame);
        FrameHeader.crc32(frame, 0); // the field counts as 0, and the copy is ours to change
        crc32.reset();
        crc32.update(copy.bytes(), 0, copy.messageLength());
        FrameHeader.crc32(frame, expected);
        return (int) crc32.getValue() == expected;
    }
}
