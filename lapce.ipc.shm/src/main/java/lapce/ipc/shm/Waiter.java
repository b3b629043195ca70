package lapce.ipc.shm;

import java.io.InterruptedIOException;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import lapce.ipc.api.WaitStrategy;
import lapce.ipc.shm.layout.ArmedWord;
import org.jspecify.annotations.Nullable;

/// Waits on one side of a stream: steps w1 to w4. One thread at a time waits; any thread may unpark it.
final class Waiter {
    /// What is waited for.
    interface Condition {
        /// Whether it came, or waiting has become pointless. Must not check what it reads.
        boolean look();

        /// Writes the side's armed word, an [ArmedWord].
        void armVolatile(int word);

        /// As [#look()], and whether anything came of which nobody told.
        default boolean lookAround() {
            return look();
        }

        /// It came, and nobody told.
        void missed();
    }

    /// A sleeper looks by himself now and then, lest he sleeps for ever when somebody writes over the words by which he is woken, or
    /// truncates them. Where nobody does, that finds nothing, or a defect.
    static final long NAP_NANOS = TimeUnit.SECONDS.toNanos(Math.max(1, Integer.getInteger("lapce.ipc.shm.napSeconds", 60)));

    /// How long a processor that a barrier has missed (ADR 18) may keep what it wrote to itself, and much more than that.
    private static final long SETTLE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int LOOKS_PER_CLOCK = 16; // the clock costs as much as a look

    /// Each look takes the line from whoever is about to write to it, so looking more often makes him slower (ADR 15).
    private static final int PAUSES_PER_LOOK = 4;

    /// So often the side must go on without sleeping before it offers to make a barrier, which costs as much as some hundred fences.
    static final int STREAK = 256;

    /// The shortest spin, in parts of the strategy's. With two processors a spin in vain takes one from whoever is waited
    /// for, so it becomes short at once.
    private static final int SHORTEST = Runtime.getRuntime().availableProcessors() > 2 ? 4 : 32;

    private final WaitStrategy strategy;
    private final Condition condition;
    private final @Nullable Parker parker; // null if nobody parks in the kernel here
    private final @Nullable Barrier barrier; // null if there is none
    private final boolean learns;
    private final long longestSpin;
    private @Nullable InterruptibleParker own; // made when a platform thread parks for the first time
    private @Nullable Sleeper known; // the last one
    private volatile @Nullable Sleeper sleeper; // null while nobody is about to park
    private int number;
    private long spin; // how long to spin before parking, as the last waits suggest
    private int streak; // how often the side has gone on since it armed
    private boolean polled; // somebody parks elsewhere for this side, who cannot sleep for a moment only
    private @Nullable Barrier due; // before sleeping, since the armed word is BUSY, or will be

    /// Who is about to park, and where: in the Java sense if that is null.
    private record Sleeper(Thread thread, @Nullable InterruptibleParker place) {
        void wake() {
            if (place == null) {
                LockSupport.unpark(thread);
            } else {
                place.wakeup();
            }
        }
    }

    private Waiter(WaitStrategy strategy, Condition condition, @Nullable Parker parker, @Nullable Barrier barrier, boolean learns) {
        this.parker = parker;
        this.barrier = barrier;
        this.learns = learns;
        this.strategy = strategy;
        this.condition = condition;
        this.longestSpin = strategy.spin().toNanos();
        this.spin = longestSpin;
    }

    /// For what comes at its own time, such as a message: an answer may be near however long the last ones took.
    ///
    /// @param parker where a platform thread parks, or null
    /// @param barrier to make before sleeping, or null
    static Waiter steady(WaitStrategy strategy, Condition condition, @Nullable Parker parker, @Nullable Barrier barrier) {
        return new Waiter(strategy, condition, parker, barrier, false);
    }

    /// For what somebody busy must make, such as room: he may need this processor for it.
    ///
    /// @param barrier to make before sleeping, or null
    static Waiter learning(WaitStrategy strategy, Condition condition, @Nullable Barrier barrier) {
        return new Waiter(strategy, condition, null, barrier, true);
    }

    /// Something came, or was there. The side's thread only.
    void wentOn() {
        if (due == null && !polled && ++streak >= STREAK && barrier != null) {
            due = barrier;
            disarm();
        }
    }

    /// The side does not wait. Its thread only.
    void disarm() {
        condition.armVolatile(due != null ? ArmedWord.BUSY : ArmedWord.AWAKE);
    }

    /// Never fails, since many are told in one go.
    void unpark() {
        Sleeper waiting = sleeper;
        if (waiting != null) {
            waiting.wake();
        }
    }

    /// @param nanos how long at most; `Long.MAX_VALUE` is no limit
    /// @return false if the time is up
    boolean await(long nanos) throws InterruptedIOException {
        long start = System.nanoTime();
        return switch (strategy.kind()) {
            case BUSY_SPIN, YIELDING -> spin(start, nanos);
            case BLOCKING -> !Thread.currentThread().isVirtual() && spin > 0 && spin(start, Math.min(spin, nanos))
                    || parkAndLearn(start, nanos);
        };
    }

    /// A wait that spinning would have covered makes the next spin longest; one that it would not makes it shorter.
    private boolean parkAndLearn(long start, long nanos) throws InterruptedIOException {
        boolean came = park(start, nanos);
        if (!learns) {
            return came;
        }
        boolean soon = came && System.nanoTime() - start <= longestSpin;
        spin = soon ? longestSpin : Math.max(longestSpin / SHORTEST, spin / 2);
        return came;
    }

    /// How long the next wait spins before it parks.
    long nextSpinNanos() {
        return spin;
    }

    @SuppressWarnings("ThreadPriorityCheck") // to yield is what the program asked for
    private boolean spin(long start, long nanos) throws InterruptedIOException {
        for (int looks = 1; ; looks++) {
            if (condition.look()) {
                return true;
            }
            if (looks % LOOKS_PER_CLOCK == 0) {
                checkInterrupt();
                if (System.nanoTime() - start >= nanos) {
                    return false;
                }
            }
            if (strategy.kind() == WaitStrategy.Kind.YIELDING) {
                Thread.yield();
            } else {
                for (int i = 0; i < PAUSES_PER_LOOK; i++) {
                    Thread.onSpinWait();
                }
            }
        }
    }

    private boolean park(long start, long nanos) throws InterruptedIOException {
        Sleeper me = me();
        int told = me.place == null ? ArmedWord.LEADER : ArmedWord.DIRECT;
        sleeper = me; // w1
        try {
            for (;;) {
                int seen = me.place == null ? 0 : me.place.wakes();
                boolean fenced = armAndFence(told); // w2; pairs with …ArmedAcquire behind the fences in the sides
                if (condition.look()) { // w3
                    return true;
                }
                checkInterrupt();
                long left = nanos == Long.MAX_VALUE ? Long.MAX_VALUE : nanos - (System.nanoTime() - start);
                if (left <= 0) {
                    return false;
                }
                long nap = fenced ? NAP_NANOS : SETTLE_NANOS;
                if (!sleep(me, seen, Math.min(left, nap)) && fenced && left > nap && condition.lookAround()) {
                    if (!sleep(me, seen, GRACE_NANOS)) { // else whoever brought it was about to tell
                        condition.missed();
                    }
                    return true;
                }
            }
        } finally {
            sleeper = null;
            disarm();
        }
    }

    /// @return false if others had no fence, and a barrier was made in its place, which may have missed one of them
    private boolean armAndFence(int told) {
        condition.armVolatile(nextWord(told));
        Step.ARMED.reached();
        VarHandle.fullFence();
        streak = 0;
        if (due == null) {
            return true;
        }
        due.make(); // the fence of who saw BUSY
        due = null;
        return false;
    }

    /// w4.
    ///
    /// @return false if the time is up
    private boolean sleep(Sleeper me, int seen, long nanos) {
        if (me.place != null) {
            return me.place.park(seen, nanos);
        }
        long start = System.nanoTime();
        LockSupport.parkNanos(this, nanos);
        return System.nanoTime() - start < nanos;
    }

    private Sleeper me() {
        Thread thread = Thread.currentThread();
        if (known == null || !thread.equals(known.thread)) {
            known = new Sleeper(thread, thread.isVirtual() ? null : own());
        }
        return known;
    }

    private @Nullable InterruptibleParker own() {
        if (own == null && parker != null) {
            own = new InterruptibleParker(parker);
        }
        return own;
    }

    /// Steps w2 and w3 for somebody who does not park himself. The side's thread only.
    ///
    /// @param told as in [ArmedWord]
    /// @return false, with nothing armed, if what is waited for is there
    boolean arm(int told) {
        polled = true;
        if (!armAndFence(told)) {
            settle();
        }
        if (condition.look()) {
            disarm();
            return false;
        }
        return true;
    }

    /// Once in the life of a side that was another thread's before it was a poller's. Not by parking, which an interrupt ends.
    private static void settle() {
        long start = System.nanoTime();
        while (System.nanoTime() - start < SETTLE_NANOS) {
            Thread.onSpinWait();
        }
    }

    /// A limit in nanoseconds; one that is too large for them, such as `Stream.FOREVER`, is no limit.
    static long nanos(Duration timeout) {
        return TimeUnit.NANOSECONDS.convert(timeout); // saturates at Long.MAX_VALUE
    }

    private int nextWord(int told) {
        number = ArmedWord.next(number);
        return ArmedWord.of(number, told);
    }

    static void checkInterrupt() throws InterruptedIOException {
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("interrupted while waiting; the stream stays usable");
        }
    }
}
