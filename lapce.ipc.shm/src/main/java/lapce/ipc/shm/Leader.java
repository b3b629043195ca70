package lapce.ipc.shm;

import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;
import lapce.ipc.api.OutOfSharedMemoryException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one thread of a (process, endpoint, role) that parks in the kernel for all that do not park there themselves: steps l1 to
/// l4. Of its place it alone takes ready bits, and only of slots that are its own.
final class Leader {
    /// What a leader does for its endpoint; called by its thread only.
    interface Work {
        /// The bits of one ready word that are this leader's.
        long mine(int word);

        /// A slot's bit was set.
        void ready(int slot);

        /// Once each time round, after the bits: local requests and what the clock asks for.
        ///
        /// @return how long to park at most, in nanoseconds, or 0 to end the leader
        long round();

        /// Whether the next bit is a matter of microseconds. Asked after [#round()].
        default boolean isMoreDue() {
            return false;
        }

        /// The last call, at the leader's end. The cause is null if [#round()] or [Leader#stop()] asked for it. Must not
        /// stop the leader, which would wait for itself.
        void ended(@Nullable Throwable cause);
    }

    private static final Logger LOG = LoggerFactory.getLogger(Leader.class);
    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long SPIN_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

    private final ControlRegion control;
    private final Place place;
    private final Parker parker;
    private final ReadyBits bits;
    private final Work work;
    private final Thread thread;
    private final Rescues rescues;
    private volatile boolean requested;
    private volatile boolean stopping;

    private Leader(ControlRegion control, Place place, Work work, Rescues rescues, String name) {
        this.rescues = rescues;
        this.control = control;
        this.place = place;
        this.parker = control.parker(place.wakes());
        this.bits = new ReadyBits(control, place, work::mine);
        this.work = work;
        this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
    }

    static Leader ofServer(ControlRegion control, Work work, Rescues rescues, String endpoint) {
        return new Leader(control, Place.SERVER_LEADER, work, rescues, "lapce-ipc server " + endpoint);
    }

    static Leader ofClient(ControlRegion control, int line, Work work, Rescues rescues, String endpoint) {
        return new Leader(control, Place.clientLeader(line), work, rescues, "lapce-ipc client " + endpoint);
    }

    void start() throws OutOfSharedMemoryException {
        Threads.start(thread);
    }

    /// Asks for one more round. Any thread.
    void request() {
        requested = true;
        VarHandle.fullFence(); // pairs with the fence behind l1
        try {
            if (control.isWaitingVolatile(place.waiting())) { // pairs with l1
                parker.unpark();
            }
        } catch (IllegalStateException e) {
            if (!stopping) { // else the leader has ended and its memory is gone: nobody is there to be asked
                throw e;
            }
        } catch (InternalError e) {
            LOG.warn("control region was truncated, its leader cannot be woken", e);
        }
    }

    /// Ends the leader and waits for it. Any thread but the leader's own.
    void stop() {
        stopping = true;
        request();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true; // the leader ends within a round; the caller's interrupt is kept
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        Throwable cause = null;
        try {
            int seen = parker.wakes(); // before all that is looked at
            long nanos = work.round();
            while (nanos > 0 && !stopping) {
                spinIfDue();
                parkUnlessReady(seen, nanos);
                seen = parker.wakes();
                bits.take(work::ready); // l4
                nanos = work.round();
            }
        } catch (Throwable e) {
            cause = e; // impossible values or a fault in the control region: this endpoint fails, and says so
        }
        stopping = true;
        work.ended(cause);
    }

    private void spinIfDue() {
        if (work.isMoreDue()) {
            long start = System.nanoTime();
            while (!isAsked() && System.nanoTime() - start < SPIN_NANOS) {
                Thread.onSpinWait();
            }
        }
    }

    private void parkUnlessReady(int seen, long nanos) {
        control.waitingVolatile(place.waiting(), 1); // l1; pairs with isWaitingVolatile in Bell.ring and request
        VarHandle.fullFence();
        if (!requested && !bits.any()) {
            boolean woken = parker.park(seen, nanos); // l2
            Thread.interrupted(); // an interrupt of this thread is meant for nobody
            if (!woken) {
                countIfMissed(seen);
            }
        }
        control.waitingVolatile(place.waiting(), 0); // l3
        requested = false;
        VarHandle.fullFence();
    }

    /// Nobody rang. If there is something all the same, whoever brought it is about to; if he does not, a wake
    /// was missed.
    private void countIfMissed(int seen) {
        long start = System.nanoTime();
        while (requested || bits.any()) {
            boolean woken = parker.park(seen, GRACE_NANOS);
            Thread.interrupted();
            if (woken) {
                return;
            }
            if (System.nanoTime() - start >= GRACE_NANOS) { // else it ended for no reason
                rescues.add(thread.getName());
                return;
            }
        }
    }

    /// Whether there is something to do that somebody waits for. The leader's thread.
    boolean isAsked() {
        return requested || stopping || bits.any();
    }
}
