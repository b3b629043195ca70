package queue;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import lapce.ipc.api.IpcException;
import lapce.ipc.api.WouldBlockException;

/// A lock, entered by a `try`, under which threads wait for one another.
final class Gate implements AutoCloseable {
    /// What is waited for.
    interface Check {
        boolean holds() throws IpcException;
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    Gate enter() {
        lock.lock();
        return this;
    }

    @Override
    public void close() {
        lock.unlock();
    }

    /// Whoever changes something that is waited for says so.
    void tell() {
        changed.signalAll();
    }

    /// Waits until something holds, or for too long without progress.
    void await(String what, Duration timeout, LongSupplier progress, Check condition) throws IOException {
        long limit = TimeUnit.NANOSECONDS.convert(timeout); // too large a one is cut, and is for ever
        long seen = progress.getAsLong();
        long start = System.nanoTime();
        while (!condition.holds()) {
            if (progress.getAsLong() != seen) {
                seen = progress.getAsLong();
                start = System.nanoTime();
            }
            long waited = System.nanoTime() - start;
            if (waited >= limit) {
                throw new WouldBlockException(what, Duration.ofNanos(waited));
            }
            try {
                changed.awaitNanos(limit - waited);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException(what);
            }
        }
    }
}
