package lapce.ipc.framing;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static java.lang.foreign.MemoryLayout.structLayout;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;

/// Where the fields of a frame lie, counted from the start of a segment; the table is on the package page. No other
/// class knows an offset. Plain access: a header is built and read in private memory, and only the
/// finished checksum is written where it is shared.
final class FrameHeader {
    static final int MAGIC = 0x4C415043;
    static final int VERSION = 1;

    /// Flag bits that have no meaning yet.
    static final int RESERVED_FLAGS = 0xC0;

    private static final ValueLayout.OfShort SHORT = JAVA_SHORT_UNALIGNED.withOrder(LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = JAVA_INT_UNALIGNED.withOrder(LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = JAVA_LONG_UNALIGNED.withOrder(LITTLE_ENDIAN);

    static final StructLayout LAYOUT = structLayout(
            INT.withName("magic"),
            JAVA_BYTE.withName("version"),
            JAVA_BYTE.withName("flags"),
            SHORT.withName("type"),
            INT.withName("payloadLength"),
            LONG.withName("id"),
            INT.withName("crc32"));

    private static final long MAGIC_OFFSET = offsetOf("magic");
    private static final long VERSION_OFFSET = offsetOf("version");
    private static final long FLAGS_OFFSET = offsetOf("flags");
    private static final long TYPE_OFFSET = offsetOf("type");
    private static final long PAYLOAD_LENGTH_OFFSET = offsetOf("payloadLength");
    private static final long ID_OFFSET = offsetOf("id");
    private static final long CRC32_OFFSET = offsetOf("crc32");

    private FrameHeader() {}

    static int magic(MemorySegment frame) {
        return frame.get(INT, MAGIC_OFFSET);
    }

    static void magic(MemorySegment frame, int magic) {
        frame.set(INT, MAGIC_OFFSET, magic);
    }

    static int version(MemorySegment frame) {
        return Byte.toUnsignedInt(frame.get(JAVA_BYTE, VERSION_OFFSET));
    }

    static void version(MemorySegment frame, int version) {
        frame.set(JAVA_BYTE, VERSION_OFFSET, (byte) version);
    }

    static int flags(MemorySegment frame) {
        return Byte.toUnsignedInt(frame.get(JAVA_BYTE, FLAGS_OFFSET));
    }

    static void flags(MemorySegment frame, int flags) {
        frame.set(JAVA_BYTE, FLAGS_OFFSET, (byte) flags);
    }

    static int type(MemorySegment frame) {
        return Short.toUnsignedInt(frame.get(SHORT, TYPE_OFFSET));
    }

    static void type(MemorySegment frame, int type) {
        frame.set(SHORT, TYPE_OFFSET, (short) type);
    }

    static long payloadLength(MemorySegment frame) {
        return Integer.toUnsignedLong(frame.get(INT, PAYLOAD_LENGTH_OFFSET));
    }

    static void payloadLength(MemorySegment frame, long length) {
        frame.set(INT, PAYLOAD_LENGTH_OFFSET, (int) length);
    }

    static long id(MemorySegment frame) {
        return frame.get(LONG, ID_OFFSET);
    }

    static void id(MemorySegment frame, long id) {
        frame.set(LONG, ID_OFFSET, id);
    }

    static int crc32(MemorySegment frame) {
        return frame.get(INT, CRC32_OFFSET);
    }

    static void crc32(MemorySegment frame, int crc32) {
        crc32(frame, 0, crc32);
    }

    /// For a frame that starts at an offset.
    static void crc32(MemorySegment segment, long offset, int crc32) {
        segment.set(INT, offset + CRC32_OFFSET, crc32);
    }

    private static long offsetOf(String field) {
        return LAYOUT.byteOffset(groupElement(field));
    }
}
