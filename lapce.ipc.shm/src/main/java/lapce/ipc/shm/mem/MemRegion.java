package lapce.ipc.shm.mem;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import lapce.ipc.shm.Parker;
import lapce.ipc.shm.Region;

/// Plain memory, which the garbage collector gives back after the last use of either end.
final class MemRegion implements Region {
    private static final long PAGE_BYTES = 4096;

    private final MemorySegment memory;
    private final ConcurrentMap<Long, MemParker> parkers = new ConcurrentHashMap<>();

    MemRegion(long byteSize) {
        this.memory = Arena.ofAuto().allocate(byteSize, PAGE_BYTES);
    }

    @Override
    public MemorySegment memory() {
        return memory;
    }

    @Override
    public Parker parker(long offset) {
        return parkers.computeIfAbsent(offset, created -> new MemParker());
    }

    @Override
    public void close() {
        // both ends share the segment, so neither may take it from the other
    }

    /// The count as a monitor; the word of the region stays unused.
    private static final class MemParker implements Parker {
        private int wakes;

        @Override
        public synchronized int wakes() {
            return wakes;
        }

        @Override
        public synchronized boolean park(int seen, long nanos) {
            try {
                if (wakes == seen) {
                    TimeUnit.NANOSECONDS.timedWait(this, nanos);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // parking may end for no reason, and the caller looks for this one
            }
            return wakes != seen;
        }

        @Override
        public synchronized void unpark() {
            wakes++;
            notifyAll();
        }
    }
}
