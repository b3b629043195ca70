package lapce.ipc.shm.ring;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// The bytes of one input, read as decisions of a hostile peer. After the last one every decision is 0.
public final class Script {
    private final ByteBuffer bytes;

    /// Starts at the first decision.
    ///
    /// @param bytes all of them
    public Script(byte[] bytes) {
        this.bytes = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /// Whether the last decision was read.
    ///
    /// @return true if only zeros are left
    public boolean isOver() {
        return !bytes.hasRemaining();
    }

    /// Any byte.
    ///
    /// @return the byte
    public byte nextByte() {
        return bytes.hasRemaining() ? bytes.get() : 0;
    }

    /// One of a few.
    ///
    /// @param bound up to 256
    /// @return 0 to bound - 1
    public int below(int bound) {
        return (nextByte() & 0xff) % bound;
    }

    /// One of many.
    ///
    /// @param most up to 65535
    /// @return 0 to most
    public int upTo(int most) {
        return (nextByte() & 0xff | (nextByte() & 0xff) << 8) % (most + 1);
    }

    /// Any int.
    ///
    /// @return the int
    public int nextInt() {
        return bytes.remaining() >= Integer.BYTES ? bytes.getInt() : nextByte();
    }

    /// Any long.
    ///
    /// @return the long
    public long nextLong() {
        return bytes.remaining() >= Long.BYTES ? bytes.getLong() : nextByte();
    }

    /// Mostly near a position, sometimes anything.
    ///
    /// @param position the position
    /// @return another one, or it
    public long near(long position) {
        return below(8) == 0 ? nextLong() : position + 8L * nextByte();
    }
}
