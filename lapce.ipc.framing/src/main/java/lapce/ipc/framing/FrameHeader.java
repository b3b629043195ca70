package lapce.ipc.framing;

import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The 24 bytes at the start of a frame as three words, each written and read at once; the table is on the package page. No other class knows
/// where a field lies.
///
/// | word | bits 0-31 | bits 32-63 |
/// |---|---|---|
/// | first | magic | version (8), flags (8), type (16) |
/// | second | payload length | low half of the id |
/// | third | high half of the id | checksum |
///
/// Plain access: a header is built and read in private memory, and only the third word is written once more where it is shared.
final class FrameHeader {
    static final int MAGIC = 0x4C415043;
    static final int VERSION = 1;

    /// Flag bits that have no meaning yet.
    static final int RESERVED_FLAGS = 0xC0;

    private static final ValueLayout.OfLong WORD = JAVA_LONG_UNALIGNED.withOrder(LITTLE_ENDIAN);
    private static final long SECOND = Long.BYTES;
    private static final long THIRD = 2 * Long.BYTES;
    private static final long MAGIC_AND_VERSION = Integer.toUnsignedLong(MAGIC) | (long) VERSION << 32;
    private static final long LOW_HALF = 0xffff_ffffL;

    private FrameHeader() {}

    /// Writes all words, the third with a checksum of 0.
    static void write(MemorySegment segment, long frame, int flags, int type, long payloadLength, long id) {
        segment.set(WORD, frame, MAGIC_AND_VERSION | (long) flags << 40 | (long) type << 48);
        segment.set(WORD, frame + SECOND, payloadLength | id << 32);
        third(segment, frame, third(id, 0));
    }

    static void third(MemorySegment segment, long frame, long third) {
        segment.set(WORD, frame + THIRD, third);
    }

    static long first(MemorySegment segment, long frame) {
        return segment.get(WORD, frame);
    }

    static long second(MemorySegment segment, long frame) {
        return segment.get(WORD, frame + SECOND);
    }

    static long third(MemorySegment segment, long frame) {
        return segment.get(WORD, frame + THIRD);
    }

    static int magic(long first) {
        return (int) first;
    }

    static int version(long first) {
        return (int) (first >>> 32) & 0xff;
    }

    static int flags(long first) {
        return (int) (first >>> 40) & 0xff;
    }

    static int type(long first) {
        return (int) (first >>> 48);
    }

    static long payloadLength(long second) {
        return second & LOW_HALF;
    }

    static long id(long second, long third) {
        return second >>> 32 | third << 32;
    }

    static int crc32(long third) {
        return (int) (third >>> 32);
    }

    /// The third word.
    static long third(long id, int crc32) {
        return id >>> 32 | (long) crc32 << 32;
    }

    /// The third word as it is while the checksum is computed.
    static long withoutChecksum(long third) {
        return third & LOW_HALF;
    }
}
