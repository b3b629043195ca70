package lapce.ipc.shm.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import lapce.ipc.shm.Parker;
import org.jspecify.annotations.Nullable;

/// A count of wakes as a futex word.
final class FutexParker implements Parker {
    private static final VarHandle COUNT = ValueLayout.JAVA_INT.varHandle().withInvokeExactBehavior();

    private final MemorySegment word;
    private @Nullable MemorySegment timeout; // of the one thread that parks; most parkers only unpark

    FutexParker(MemorySegment word) {
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
        if (timeout == null) {
            timeout = Libc.timespec(Arena.ofAuto());
        }
        Libc.futexWait(word, seen, timeout, nanos);
        return wakes() != seen;
    }

    @Override
    public void unpark() {
        int ignored = (int) COUNT.getAndAdd(word, 0L, 1); // pairs with getVolatile in wakes
        Libc.futexWake(word);
    }
}
