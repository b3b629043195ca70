package lapce.ipc.shm.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import lapce.ipc.shm.Parker;

/// A permit as a futex word: 1 while it is available.
final class FutexParker implements Parker {
    private static final VarHandle PERMIT = ValueLayout.JAVA_INT.varHandle().withInvokeExactBehavior();

    private final MemorySegment word;
    private MemorySegment timeout; // of the one thread that parks; most parkers only unpark

    FutexParker(MemorySegment word) {
        this.word = word;
    }

    @Override
    public boolean park(long nanos) {
        if ((int) PERMIT.getAndSet(word, 0L, 0) != 0) { // pairs with setVolatile in unpark
            return true;
        }
        if (timeout == null) {
            timeout = Libc.timespec(Arena.ofAuto());
        }
        Libc.futexWait(word, 0, timeout, nanos);
        return (int) PERMIT.getAndSet(word, 0L, 0) != 0;
    }

    @Override
    public void unpark() {
        PERMIT.setVolatile(word, 0L, 1); // pairs with getAndSet in park
        Libc.futexWake(word);
    }
}
