package lapce.ipc.shm;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// A permit that, like a native call, does not hear of interrupts.
final class DeafParker implements Parker {
    private final Semaphore permits = new Semaphore(0);

    @Override
    public boolean park(long nanos) {
        boolean interrupted = Thread.interrupted();
        try {
            long end = System.nanoTime() + nanos;
            for (;;) {
                try {
                    return permits.tryAcquire(nanos == Long.MAX_VALUE ? nanos : end - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void unpark() {
        permits.release();
    }
}
