package lapce.ipc.shm;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Memory that the system has mapped, and unmaps when its arena closes.
public final class MappedRegion implements Region {
    /// How a process is waited for at a word of the region.
    public interface Parkers {
        /// Makes one.
        ///
        /// @param word 4 bytes
        /// @param offset where they lie in the region
        /// @return a count of wakes in that word, and a place to sleep
        Parker at(MemorySegment word, long offset);
    }

    private static final int SPINS = 1000;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Arena arena;
    private final MemorySegment memory;
    private final Parkers parkers;

    /// Takes the memory over.
    ///
    /// @param arena a shared one, that unmaps the memory
    /// @param memory all of it
    /// @param parkers how to wait there
    public MappedRegion(Arena arena, MemorySegment memory, Parkers parkers) {
        this.arena = arena;
        this.memory = memory;
        this.parkers = parkers;
    }

    @Override
    public MemorySegment memory() {
        return memory;
    }

    @Override
    public Parker parker(long offset) {
        return parkers.at(memory.asSlice(offset, Integer.BYTES, Integer.BYTES), offset);
    }

    /// A system call under way holds the memory: a wake for less than a microsecond, a parked thread until it is woken, a
    /// handler's write of a message to a full pipe for as long as the pipe's reader likes. Nobody waits for the latter: the memory
    /// goes when it can.
    @Override
    public void close() {
        for (int tries = 0; tries < SPINS; tries++) {
            if (isUnmapped()) {
                return;
            }
            Thread.onSpinWait();
        }
        Thread.ofVirtual().name("lapce-ipc unmap").start(() -> {
            while (!isUnmapped()) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        });
    }

    private synchronized boolean isUnmapped() {
        try {
            if (arena.scope().isAlive()) {
                arena.close();
            }
            return true;
        } catch (IllegalStateException e) {
            return false;
        }
    }
}
