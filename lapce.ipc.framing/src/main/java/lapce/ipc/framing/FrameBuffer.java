package lapce.ipc.framing;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/// Memory of one's own in which a frame is built or checked. Used by one thread at a time.
///
/// A frame of up to [#ALIGNED_BYTES] lies where its end is a multiple of 16, in memory that nobody moves: HotSpot's code for `CRC32` takes 16
/// aligned bytes at a time, and single ones before and behind them, of which those behind cost it as much again as all the rest of a short
/// frame (ADR 16). A longer one lies on the heap, which gives it back sooner.
final class FrameBuffer {
    static final int ALIGNED_BYTES = 8 << 10;

    private static final int ALIGNMENT = 16;

    private final MemorySegment segment;
    private final ByteBuffer bytes; // the same
    private final CRC32 crc32 = new CRC32();

    /// @param capacity the longest frame
    FrameBuffer(int capacity) {
        int byteSize = capacity + ALIGNMENT - 1;
        this.segment = capacity <= ALIGNED_BYTES
                ? Arena.ofAuto().allocate(byteSize, ALIGNMENT)
                : MemorySegment.ofArray(new byte[byteSize]);
        this.bytes = segment.asByteBuffer();
    }

    MemorySegment segment() {
        return segment;
    }

    /// The longest frame that has its place here.
    int capacity() {
        return bytes.capacity() - (ALIGNMENT - 1);
    }

    /// Where a frame lies.
    ///
    /// @param length of the frame
    static int place(int length) {
        return -length & ALIGNMENT - 1;
    }

    /// The checksum of some bytes.
    int crc32(int from, int length) {
        crc32.reset();
        return andCrc32(from, length);
    }

    /// The checksum of those before and some bytes.
    int andCrc32(int from, int length) {
        crc32.update(bytes.limit(from + length).position(from));
        return (int) crc32.getValue();
    }
}
