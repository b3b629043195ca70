package lapce.ipc.shm;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// The thread that is in what only one may use at a time. With assertions a second one is noticed; without, entering and leaving
/// are a plain store each.
final class OneThread {
    private static final VarHandle INSIDE;

    static {
        try {
            INSIDE = MethodHandles.lookup().findVarHandle(OneThread.class, "inside", int.class).withInvokeExactBehavior();
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final AtomicReference<@Nullable Thread> user = new AtomicReference<>();
    private final String misuse;
    private int inside; // more than 1 if a handler uses its own stream, which is refused in ReceivingSide, with a message of its own

    /// @param misuse what a second thread does
    OneThread(String misuse) {
        this.misuse = misuse;
    }

    /// Followed by [#leave()] in a `finally`.
    void enter() {
        assert isMine() : misuse;
        INSIDE.setOpaque(this, inside + 1);
    }

    void leave() {
        assert inside > 1 || isFreed();
        INSIDE.setRelease(this, inside - 1); // behind all that was done inside; pairs with getAcquire in isFree
    }

    /// Whether no thread is in. A store of [#enter()] that is still on its way is not seen. Any thread.
    boolean isFree() {
        return (int) INSIDE.getAcquire(this) == 0; // pairs with setRelease in leave
    }

    private boolean isMine() {
        Thread me = Thread.currentThread();
        return me.equals(user.get()) || user.compareAndSet(null, me);
    }

    private boolean isFreed() {
        user.set(null);
        return true;
    }
}
