package lapce.ipc.shm.ring;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import lapce.ipc.shm.layout.RingLayout;

/// The words both processes share for one direction. Every access to them is one of these methods, and each method's
/// last word is its memory-ordering mode. Nothing read here is checked yet.
public final class RingControl {
    private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle().withInvokeExactBehavior();
    private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle().withInvokeExactBehavior();

    private final MemorySegment memory;

    /// Looks at one direction.
    ///
    /// @param region the connection's memory
    /// @param offset where the direction's [RingLayout] starts
    public RingControl(MemorySegment region, long offset) {
        this.memory = region.asSlice(offset, RingLayout.LAYOUT);
    }

    /// Bytes consumed.
    ///
    /// @return a position
    public long consumedAcquire() {
        return (long) LONG.getAcquire(memory, RingLayout.CONSUMED_POSITION);
    }

    void consumedRelease(long position) {
        LONG.setRelease(memory, RingLayout.CONSUMED_POSITION, position);
    }

    /// The consumed position that the producer waits for, or last found missing.
    ///
    /// @return a position
    public long wantedOpaque() {
        return (long) LONG.getOpaque(memory, RingLayout.WANTED);
    }

    /// Says what the producer waits for; followed by [#spaceArmedVolatile(int)].
    ///
    /// @param position a position
    public void wantedOpaque(long position) {
        LONG.setOpaque(memory, RingLayout.WANTED, position);
    }

    /// The producer's wait.
    ///
    /// @return an `ArmedWord`, unchecked
    public int spaceArmedAcquire() {
        return (int) INT.getAcquire(memory, RingLayout.SPACE_ARMED);
    }

    /// Arms or disarms the producer's wait.
    ///
    /// @param word an `ArmedWord`
    public void spaceArmedVolatile(int word) {
        INT.setVolatile(memory, RingLayout.SPACE_ARMED, word);
    }

    /// The consumer's wait.
    ///
    /// @return an `ArmedWord`, unchecked
    public int dataArmedAcquire() {
        return (int) INT.getAcquire(memory, RingLayout.DATA_ARMED);
    }

    /// Arms or disarms the consumer's wait.
    ///
    /// @param word an `ArmedWord`
    public void dataArmedVolatile(int word) {
        INT.setVolatile(memory, RingLayout.DATA_ARMED, word);
    }

    /// Whether the producer has ended the direction.
    ///
    /// @return true if nothing more will be published
    public boolean outputClosedAcquire() {
        return (int) INT.getAcquire(memory, RingLayout.OUTPUT_CLOSED) != 0;
    }

    /// Ends the direction, after everything that was published.
    public void closeOutputRelease() {
        INT.setRelease(memory, RingLayout.OUTPUT_CLOSED, 1);
    }

    /// Whether the consumer has left.
    ///
    /// @return true if nothing more will be consumed
    public boolean inputClosedAcquire() {
        return (int) INT.getAcquire(memory, RingLayout.INPUT_CLOSED) != 0;
    }

    /// Says that the consumer leaves.
    public void closeInputRelease() {
        INT.setRelease(memory, RingLayout.INPUT_CLOSED, 1);
    }
}
