package lapce.ipc.shm.macos;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import lapce.ipc.shm.Parker;

/// A count of wakes as a word at whose address the system lets a thread wait, or, before macOS 14.4, that a thread looks at again and again.
final class OsSyncParker implements Parker {
    private static final VarHandle COUNT = ValueLayout.JAVA_INT.varHandle().withInvokeExactBehavior();
    private static final long SHORTEST_NAP_NANOS = TimeUnit.MICROSECONDS.toNanos(50);
    private static final long LONGEST_NAP_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Libc libc;
    private final MemorySegment word;

    OsSyncParker(Libc libc, MemorySegment word) {
        this.libc = libc;
        this.word = word;
    }

    @Override
    public int wakes() {
        return (int) COUNT.getVolatile(word, 0L); // pairs with getAndAdd in unpark
    }

    /// The system compares once more, and sleeps only if the word is as it was.
    @Override
    public boolean park(int seen, long nanos) {
        if (wakes() != seen) {
            return true;
        }
        if (libc.canWait()) {
            libc.waitAt(word, seen, nanos);
        } else {
            nap(seen, nanos);
        }
        return wakes() != seen;
    }

    /// Twice as long each time, so that who waits long costs little, and who waits briefly is not late.
    private void nap(int seen, long nanos) {
        long start = System.nanoTime();
        long nap = SHORTEST_NAP_NANOS;
        for (long left = nanos; left > 0 && wakes() == seen; left = nanos - (System.nanoTime() - start)) {
            LockSupport.parkNanos(this, Math.min(left, nap));
            nap = Math.min(2 * nap, LONGEST_NAP_NANOS);
        }
    }

    @Override
    public void unpark() {
        int ignored = (int) COUNT.getAndAdd(word, 0L, 1); // pairs with getVolatile in wakes
        if (libc.canWait()) {
            libc.wakeAt(word);
        }
    }
}
