package lapce.ipc.shm;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/// The threads of a client process that wait for a slot, and their counts in the control region. Any thread.
final class WantingThreads {
    private final ControlRegion control;
    private final int line;
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

    WantingThreads(ControlRegion control, int line) {
        this.control = control;
        this.line = line;
    }

    /// The calling thread, before it looks once more.
    void add() {
        threads.add(Thread.currentThread());
        control.addWants(1); // pairs with wantsAcquire in SlotPool
        control.addWantSlot(line, 1); // pairs with wantSlotAcquire in SlotPool.wakeWanting
    }

    void remove() {
        threads.remove(Thread.currentThread());
        control.addWantSlot(line, -1);
        control.addWants(-1);
    }

    /// Lets them look again.
    void wake() {
        threads.forEach(LockSupport::unpark);
    }
}
