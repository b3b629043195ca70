package lapce.ipc.shm;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// A count that, like a native call, does not hear of interrupts.
final class DeafParker implements Parker {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private int wakes;

    @Override
    public int wakes() {
        lock.lock();
        try {
            return wakes;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean park(int seen, long nanos) {
        lock.lock();
        try {
            long start = System.nanoTime();
            while (wakes == seen && System.nanoTime() - start < nanos) {
                boolean interrupted = Thread.interrupted();
                try {
                    changed.await(Math.min(nanos, TimeUnit.MILLISECONDS.toNanos(1)), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
            return wakes != seen;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void unpark() {
        lock.lock();
        try {
            wakes++;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
