package lapce.ipc.shm;

import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import lapce.ipc.api.Listener;
import lapce.ipc.api.Poller;
import lapce.ipc.api.Stream;
import lapce.ipc.api.WaitStrategy;
import lapce.ipc.shm.layout.ArmedWord;
import org.jspecify.annotations.Nullable;

/// Serves many streams by one thread. Who hears of something pushes it onto a stack, which the poller's thread takes as a
/// whole and turns into a queue; what is not drained goes to its end, unarmed, so that it costs nobody a wake.
///
/// A platform thread parks in the kernel at the [PollerPlace] of the first endpoint that was added, and takes the ready bits of its
/// streams itself. Of other endpoints' streams, and of all but data, the leaders tell, as they do when a virtual thread polls.
final class ShmPoller implements Poller, Waiter.Condition {
    private final AtomicReference<@Nullable ShmKey> told = new AtomicReference<>(); // a stack, linked by ShmKey.next
    private final Queue<ShmKey> ready = new ArrayDeque<>(); // of the poller's thread
    private final Set<ShmKey> keys = ConcurrentHashMap.newKeySet();
    private final OneThread thread = new OneThread("a second thread polls");
    private final WaitStrategy strategy;
    private final AtomicReference<@Nullable PollerPlace> candidate = new AtomicReference<>();
    private final AtomicInteger inside = new AtomicInteger(); // threads that poll; one, unless misused
    private volatile Waiter waiter;
    private volatile @Nullable PollerPlace place; // where the thread parks, or null; written by the poller's thread
    private boolean running; // of the poller's thread
    private volatile boolean wakeUp;
    private volatile boolean closed;

    ShmPoller(WaitStrategy strategy) {
        this.strategy = strategy;
        this.waiter = Waiter.steady(strategy, this, null, null);
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
        ShmKey key = new ShmKey(this, pollable, action);
        if (!key.watch()) {
            throw new IllegalArgumentException("in a poller already: endpoint=" + endpoint);
        }
        candidate.updateAndGet(known -> known == null || known.isEnded() ? pollable.place() : known);
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
        enter(limit);
        try {
            return turn(limit);
        } finally {
            leave();
        }
    }

    /// What it watched is free for another poller by the time that it says that it is closed.
    private int turn(int limit) throws IOException {
        if (closed) {
            keys.forEach(ShmKey::cancel);
            throw closedHere();
        }
        running = true;
        try {
            choosePlace();
            return run(limit);
        } finally {
            running = false;
        }
    }

    /// Whoever is armed for another place than the one that the thread will park at arms anew.
    private void choosePlace() {
        PollerPlace wanted = Thread.currentThread().isVirtual() ? null : candidate();
        PollerPlace chosen = wanted != null && wanted.own(this) ? wanted : null;
        if (chosen != place) {
            giveBackPlace();
            place = chosen;
            waiter = Waiter.steady(strategy, this, chosen, null);
            keys.forEach(ShmKey::tell);
        }
    }

    private void enter(int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit must be at least 1: limit=" + limit);
        }
        if (running) {
            throw new IllegalStateException("an action must not poll its own poller, nor a second thread");
        }
        thread.enter();
        inside.incrementAndGet(); // before the look at closed
    }

    /// The last of the closing and the polling thread gives the place back, so that no two park there.
    private void leave() {
        if (inside.decrementAndGet() == 0 && closed) {
            giveBackPlace();
        }
        thread.leave();
    }

    /// When its endpoint has ended, that of any stream that is left.
    private @Nullable PollerPlace candidate() {
        PollerPlace known = candidate.get();
        if (known == null || !known.isEnded()) {
            return known;
        }
        candidate.compareAndSet(
                known, keys.stream().map(ShmKey::place).filter(each -> !each.isEnded()).findFirst().orElse(null));
        return candidate.get();
    }

    private void giveBackPlace() {
        PollerPlace had = place;
        if (had != null) {
            had.giveBack(this);
        }
    }

    private static IllegalStateException closedHere() {
        return new IllegalStateException("poller is closed");
    }

    @Override
    public int await(int limit, Duration timeout) throws IOException {
        enter(limit);
        try {
            return awaitTurn(limit, Waiter.nanos(timeout));
        } finally {
            leave();
        }
    }

    private int awaitTurn(int limit, long nanos) throws IOException {
        int ran = turn(limit);
        long start = ran > 0 ? 0 : System.nanoTime();
        for (long left = nanos; ran == 0 && left > 0 && !wakeUp; left = left(nanos, start)) {
            if (!waiter.await(left)) {
                return 0;
            }
            ran = turn(limit);
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
        if (place != null) {
            place.tellReady();
        }
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
        return told.get() != null || !ready.isEmpty() || wakeUp || closed || place != null && place.isDue();
    }

    @Override
    public boolean lookAround() {
        return look() || keys.stream().anyMatch(ShmKey::isMissed);
    }

    @Override
    public void missed() {
        keys.forEach(ShmKey::tellIfMissed);
    }

    /// The keys are armed one by one; this is l1 and l3.
    @Override
    public void armVolatile(int word) {
        if (place == null) {
            VarHandle.fullFence();
        } else {
            place.waitingVolatile(word == ArmedWord.AWAKE ? 0 : 1);
        }
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
        if (inside.get() == 0) {
            giveBackPlace();
        }
    }

    /// From any thread: there may be something for a key, which is not on the stack and not in the queue.
    void push(ShmKey key) {
        key.next = told.get();
        while (!told.compareAndSet(key.next, key)) {
            key.next = told.get();
        }
        waiter.unpark(); // pairs with the fence behind armVolatile in Waiter.park: it sees the waiter, or is seen
    }

    /// For the poller's thread: this key has another turn, after the others.
    void enqueue(ShmKey key) {
        ready.add(key);
    }

    /// For the poller's thread: who shall hear of what comes there.
    int told(Pollable pollable) {
        return place != null && place == pollable.place() ? ArmedWord.POLLER : ArmedWord.LEADER;
    }

    /// Any thread.
    void remove(ShmKey key) {
        keys.remove(key);
    }
}
