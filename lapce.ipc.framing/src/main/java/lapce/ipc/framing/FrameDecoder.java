package lapce.ipc.framing;

import java.lang.foreign.MemorySegment;
import lapce.ipc.api.CorruptFrameException.Reason;
import lapce.ipc.api.Frame;
import org.jspecify.annotations.Nullable;

/// Checks the message in a private copy, in the order of the package page. Belongs to the receiving side.
final class FrameDecoder {
    private final PrivateCopy copy;
    private long first; // words of the header
    private long second;
    private long third;

    FrameDecoder(PrivateCopy copy) {
        this.copy = copy;
    }

    /// Why the message is refused, or null if it is a good frame.
    @Nullable Reason refusal() {
        if (copy.messageLength() < Frame.HEADER_BYTES) {
            return Reason.TRUNCATED_HEADER;
        }
        MemorySegment segment = copy.segment();
        first = FrameHeader.first(segment, copy.start());
        second = FrameHeader.second(segment, copy.start());
        third = FrameHeader.third(segment, copy.start());
        if (FrameHeader.magic(first) != FrameHeader.MAGIC) {
            return Reason.BAD_MAGIC;
        }
        if (FrameHeader.version(first) != FrameHeader.VERSION) {
            return Reason.UNSUPPORTED_VERSION;
        }
        Reason reason = refusalOfFlags(FrameHeader.flags(first));
        return reason != null ? reason : refusalOfPayload(FrameHeader.payloadLength(second));
    }

    /// The value that goes with the reason just found.
    long offendingValue(Reason reason) {
        return switch (reason) {
            case TRUNCATED_HEADER -> copy.messageLength();
            case BAD_MAGIC -> Integer.toUnsignedLong(FrameHeader.magic(first));
            case UNSUPPORTED_VERSION -> FrameHeader.version(first);
            case RESERVED_FLAGS, ENCRYPTED, COMPRESSED -> FrameHeader.flags(first);
            case PAYLOAD_TOO_LONG -> Math.max(FrameHeader.payloadLength(second), bytesThere());
            case PAYLOAD_LENGTH_MISMATCH -> FrameHeader.payloadLength(second);
            case BAD_CHECKSUM -> Integer.toUnsignedLong(FrameHeader.crc32(third));
        };
    }

    int type() {
        return FrameHeader.type(first);
    }

    int flags() {
        return FrameHeader.flags(first);
    }

    long id() {
        return FrameHeader.id(second, third);
    }

    private static @Nullable Reason refusalOfFlags(int flags) {
        if ((flags & FrameHeader.RESERVED_FLAGS) != 0) {
            return Reason.RESERVED_FLAGS;
        }
        if ((flags & Frame.ENCRYPTED) != 0) {
            return Reason.ENCRYPTED;
        }
        return (flags & Frame.COMPRESSED) != 0 ? Reason.COMPRESSED : null;
    }

    private @Nullable Reason refusalOfPayload(long length) {
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
        FrameHeader.third(copy.segment(), copy.start(), FrameHeader.withoutChecksum(third));
        return copy.buffer().crc32(copy.start(), copy.messageLength()) == FrameHeader.crc32(third);
    }
}
