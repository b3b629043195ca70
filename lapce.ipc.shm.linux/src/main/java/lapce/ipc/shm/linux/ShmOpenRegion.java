package lapce.ipc.shm.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import lapce.ipc.shm.Parker;
import lapce.ipc.shm.Region;

/// A mapped object of `/dev/shm`.
final class ShmOpenRegion implements Region {
    private static final int SPINS = 1000;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Arena arena;
    private final MemorySegment memory;

    /// Maps the whole object; the descriptor stays the caller's.
    ShmOpenRegion(int fd, long byteSize) throws Libc.Failed {
        Arena arena = Arena.ofShared();
        try {
            this.memory = Mappings.map(fd, byteSize, arena);
            this.arena = arena;
        } catch (Libc.Failed e) {
            arena.close();
            throw e;
        }
    }

    @Override
    public MemorySegment memory() {
        return memory;
    }

    @Override
    public Parker parker(long offset) {
        return new FutexParker(memory.asSlice(offset, Integer.BYTES, Integer.BYTES));
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
