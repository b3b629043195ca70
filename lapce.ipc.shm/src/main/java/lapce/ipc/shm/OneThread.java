package lapce.ipc.shm;

import java.util.concurrent.atomic.AtomicReference;

/// Notices a second thread on a side that only one may use at a time. For use in `assert` only, so it is free in
/// production.
final class OneThread {
    private final AtomicReference<Thread> user = new AtomicReference<>();
    private int depth; // a nested poll is refused in ReceivingSide, with a message of its own

    boolean enter() {
        Thread me = Thread.currentThread();
        if (user.get() != me && !user.compareAndSet(null, me)) {
            return false;
        }
        depth++;
        return true;
    }

    boolean leave() {
        if (--depth == 0) {
            user.set(null);
        }
        return true;
    }
}
