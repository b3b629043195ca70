package lapce.ipc.shm;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import lapce.ipc.api.Listener;
import lapce.ipc.api.Poller;
import lapce.ipc.api.Stream;
import lapce.ipc.api.WaitStrategy;

/// Serves many streams by one thread. Leaders push what may be ready onto a stack, which the poller's thread takes as a
/// whole and turns into a queue; what is not drained goes to its end, unarmed, so that it costs nobody a wake.
final class ShmPoller implements Poller, Waiter.Condition {
    private final AtomicReference<ShmKey> told = new AtomicReference<>(); // a stack, linked by ShmKey.next
    private final Queue<ShmKey> ready = new ArrayDeque<>(); // of the poller's thread
    private final Set<ShmKey> keys = ConcurrentHashMap.newKeySet();
    private final OneThread thread = new OneThread();
    private final Waiter waiter;
    private boolean running; // of the poller's thread
    private volatile boolean wakeUp;
    private volatile boolean closed;

    ShmPoller(WaitStrategy strategy) {
        this.waiter = Waiter.steady(strategy, this, null);
    }

    @Override
    public Key add(Stream stream, Action action) {
        if (stream instanceof ShmStream own) {
            return add(own.pollable(), stream.endpoint(), action);
        }
        throw new IllegalArgumentException("stream is of another transport: endpoint=" + stream.endpoint());
    }

    @Override
    public Key add(Listener listener, Action action) {
        if (listener instanceof ShmListener own) {
            return add(own.pollable(), listener.endpoint(), action);
        }
        throw new IllegalArgumentException("listener is of another transport: endpoint=" + listener.endpoint());
    }

    /// The first look is a turn of the poller's thread, which arms if nothing is there.
    private ShmKey add(Pollable pollable, String endpoint, Action action) {
        ShmKey key = new ShmKey(pollable, action);
        if (!pollable.watcher().set(key.bell)) {
            throw new IllegalArgumentException("in a poller already: endpoint=" + endpoint);
        }
        keys.add(key);
        if (closed) { // behind keys.add: close cancels what it finds there
            key.cancel();
            throw closedHere();
        }
        key.tell();
        return key;
    }

    @Override
    public int poll(int limit) throws IOException {
        if (limit < 1) {
            throw new IllegalArgumentException("limit must be at least 1: limit=" + limit);
        }
        if (closed) {
            throw closedHere();
        }
        if (running) {
            throw new IllegalStateException("an action must not poll its own poller");
        }
        assert thread.enter() : "a second thread polls";
        running = true;
        try {
            return run(limit);
        } finally {
            running = false;
            assert thread.leave();
        }
    }

    private static IllegalStateException closedHere() {
        return new IllegalStateException("poller is closed");
    }

    @Override
    public int await(int limit, Duration timeout) throws IOException {
        long nanos = Waiter.nanos(timeout);
        int ran = poll(limit);
        long start = ran > 0 ? 0 : System.nanoTime();
        for (long left = nanos; ran == 0 && left > 0 && !wakeUp; left = left(nanos, start)) {
            if (!waiter.await(left)) {
                return 0;
            }
            ran = poll(limit);
            if (ran == 0) {
                Waiter.checkInterrupt(); // told for nothing, which may go on
            }
        }
        wakeUp = false;
        return ran;
    }

    private static long left(long nanos, long start) {
        return nanos == Long.MAX_VALUE ? nanos : nanos - (System.nanoTime() - start);
    }

    /// One turn: what is not drained, or was told meanwhile, waits for the next.
    private int run(int limit) throws IOException {
        takeTold();
        int ran = 0;
        for (int turns = ready.size(); turns > 0 && ran < limit; turns--) {
            if (ready.remove().run()) {
                ran++;
            }
        }
        return ran;
    }

    /// Last told, first on the stack: reversed, so that all have their turn in order.
    private void takeTold() {
        ShmKey reversed = null;
        for (ShmKey key = told.getAndSet(null); key != null; ) {
            ShmKey next = key.next;
            key.next = reversed;
            reversed = key;
            key = next;
        }
        for (ShmKey key = reversed; key != null; ) {
            ShmKey next = key.next;
            key.next = null; // it may be told again once it has had its turn
            ready.add(key);
            key = next;
        }
    }

    @Override
    public boolean look() {
        return told.get() != null || !ready.isEmpty() || wakeUp || closed;
    }

    /// Nothing shared is armed: the keys are.
    @Override
    public void armVolatile(int number) {
        VarHandle.fullFence();
    }

    @Override
    public void wakeUp() {
        wakeUp = true;
        waiter.unpark();
    }

    @Override
    public void close() {
        closed = true;
        keys.forEach(ShmKey::cancel);
        waiter.unpark();
    }

    /// One watched stream or listener.
    private final class ShmKey implements Key {
        private final Pollable pollable;
        private final Action action;
        private final AtomicBoolean queued = new AtomicBoolean(); // told or ready, and not run since
        private ShmKey next; // published with the stack's top
        private final Runnable bell = this::tell;
        private boolean armed; // of the poller's thread, as are the next two
        private boolean roomArmed;
        private boolean wantsRoom;
        private volatile boolean cancelled;

        ShmKey(Pollable pollable, Action action) {
            this.pollable = pollable;
            this.action = action;
        }

        /// From any thread: there may be something.
        void tell() {
            if (!queued.getAndSet(true)) {
                next = told.get();
                while (!told.compareAndSet(next, this)) {
                    next = told.get();
                }
                waiter.unpark(); // pairs with the fence behind armVolatile in Waiter.park: it sees the waiter, or is seen
            }
        }

        /// @return false if nothing was there, so that the action was not run
        boolean run() throws IOException {
            queued.getAndSet(false); // a full fence: what is told from here on has another turn
            if (cancelled || !pollable.isOpen()) {
                cancel();
                return false;
            }
            boolean due = pollable.isReady() || wantsRoom && pollable.hasRoom();
            try {
                if (due) {
                    disarm();
                    action.onReady();
                }
            } finally {
                settle();
            }
            return due;
        }

        /// Only what this key has armed: the sending side may be another thread's.
        private void disarm() {
            if (armed) {
                pollable.disarm();
                armed = false;
            }
            if (roomArmed) {
                pollable.disarmRoom();
                roomArmed = false;
            }
            wantsRoom = false;
        }

        /// What is left has another turn; else whoever brings more tells. Armed anew even if there was nothing: a peer may have
        /// told late of what was taken before, and does not tell twice under one number.
        private void settle() {
            if (cancelled) {
                return;
            }
            armed = pollable.arm();
            roomArmed = wantsRoom && pollable.armRoom();
            if (!armed || wantsRoom && !roomArmed) {
                haveAnotherTurn();
            }
        }

        private void haveAnotherTurn() {
            if (!queued.getAndSet(true)) {
                ready.add(this);
            }
        }

        @Override
        public void wantRoom(int length) throws IOException {
            pollable.wantRoom(length);
            wantsRoom = true;
            haveAnotherTurn(); // which arms: this may be another key's action
        }

        @Override
        public void cancel() {
            cancelled = true;
            if (keys.remove(this)) {
                pollable.watcher().clear(bell);
            }
        }
    }
}
