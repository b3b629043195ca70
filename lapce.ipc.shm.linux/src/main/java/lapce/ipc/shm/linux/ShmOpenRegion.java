package lapce.ipc.shm.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import lapce.ipc.shm.Parker;
import lapce.ipc.shm.Region;

/// A mapped object of `/dev/shm`.
final class ShmOpenRegion implements Region {
    private final Arena arena;
    private final MemorySegment memory;

    /// Maps the whole object; the descriptor stays the caller's.
    ShmOpenRegion(int fd, long byteSize) throws Libc.Failed {
        Arena arena = Arena.ofShared();
        try {
            this.memory = Libc.mmap(fd, byteSize, arena);
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

    /// A wake that is under way holds the memory for less than a microsecond; then it can be given back.
    @Override
    public synchronized void close() {
        while (arena.scope().isAlive()) {
            try {
                arena.close();
            } catch (IllegalStateException e) {
                Thread.onSpinWait();
            }
        }
    }
}
