package lapce.ipc.shm;

import java.util.concurrent.atomic.AtomicInteger;

/// A parker that knows when its sleeper sleeps for ever: nobody wakes any more, the count is what it was, and he sleeps as long as may be.
final class Bed implements Parker {
    /// Out of a sleep that would have no end.
    static final class Overslept extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private static final int LOOKS_PER_YIELD = 1000;

    private final AtomicInteger wakes = new AtomicInteger();
    private volatile boolean left;

    /// Who wakes has done all that he will do.
    void leave() {
        left = true;
    }

    @Override
    public int wakes() {
        return wakes.get();
    }

    @Override
    public boolean park(int seen, long nanos) {
        boolean forLong = nanos >= Waiter.NAP_NANOS;
        long start = System.nanoTime();
        for (int looks = 1; wakes.get() == seen; looks++) {
            if (forLong && left && wakes.get() == seen) {
                throw new Overslept();
            }
            if (!forLong && System.nanoTime() - start >= nanos) {
                return false;
            }
            if (looks % LOOKS_PER_YIELD == 0) {
                Thread.yield(); // he may need this processor
            } else {
                Thread.onSpinWait();
            }
        }
        return true;
    }

    @Override
    public void unpark() {
        wakes.incrementAndGet();
    }
}
