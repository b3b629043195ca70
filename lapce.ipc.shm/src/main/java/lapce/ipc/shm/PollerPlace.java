package lapce.ipc.shm;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntToLongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where one poller of a (process, endpoint, role) parks by itself, so that its peers need not wake the leader first. It ends
/// with the endpoint, which the poller may outlive: from then on nothing here fails, and nothing comes.
final class PollerPlace implements Parker {
    private static final Logger LOG = LoggerFactory.getLogger(PollerPlace.class);

    private final ControlRegion control;
    private final Place place;
    private final Parker parker;
    private final ReadyBits bits;
    private final Streams streams;
    private final Rescues rescues;
    private final AtomicReference<@Nullable ShmPoller> owner = new AtomicReference<>();
    private volatile boolean ended;

    /// @param streams of the endpoint in this process
    /// @param mine the bits of one word that are this process's
    /// @param rescues of the endpoint in this process
    PollerPlace(ControlRegion control, Place place, Streams streams, IntToLongFunction mine, Rescues rescues) {
        this.control = control;
        this.place = place;
        this.parker = control.parker(place.wakes());
        this.bits = new ReadyBits(control, place, mine);
        this.streams = streams;
        this.rescues = rescues;
    }

    Rescues rescues() {
        return rescues;
    }

    /// The first poller that asks has it, until it gives it back. Any thread.
    ///
    /// @return false if it is another's, or has ended
    boolean own(ShmPoller poller) {
        return !ended && (owner.compareAndSet(null, poller) || owner.get() == poller);
    }

    /// Whether its endpoint has ended. Any thread.
    boolean isEnded() {
        return ended;
    }

    /// Does nothing if it is another's. Any thread.
    void giveBack(ShmPoller poller) {
        owner.compareAndSet(poller, null);
    }

    /// Before the control region goes. Any thread.
    void end() {
        ended = true;
        unpark();
    }

    @Override
    public int wakes() {
        try {
            return parker.wakes();
        } catch (IllegalStateException | InternalError e) {
            gone(e);
            return 0;
        }
    }

    @Override
    public boolean park(int seen, long nanos) {
        try {
            return ended || parker.park(seen, nanos);
        } catch (IllegalStateException | InternalError e) {
            gone(e);
            return true;
        }
    }

    @Override
    public void unpark() {
        try {
            parker.unpark();
        } catch (IllegalStateException | InternalError e) {
            gone(e);
        }
    }

    /// For the owner: steps l1 and l3.
    void waitingVolatile(int waiting) {
        try {
            control.waitingVolatile(place.waiting(), waiting); // pairs with isWaitingVolatile in Bell.ring
        } catch (IllegalStateException | InternalError e) {
            gone(e);
        }
    }

    /// For the owner: whether it must look here, be it because this has ended.
    boolean isDue() {
        try {
            return ended || bits.any();
        } catch (IllegalStateException | InternalError e) {
            gone(e);
            return true;
        }
    }

    /// For the owner, which is told of each stream that was rung for. While [#exclude] runs it does not, lest it takes a bit that
    /// is another process's by then.
    synchronized void tellReady() {
        try {
            bits.take(this::tell);
        } catch (IllegalStateException | InternalError e) {
            gone(e);
        }
    }

    /// Changes which bits are this process's. For the leader.
    synchronized void exclude(Runnable change) {
        change.run();
    }

    private void tell(int slot) {
        ShmStream stream = streams.at(slot);
        if (stream != null) {
            stream.pollable().watcher().tell();
        }
    }

    /// Closed by the endpoint's end, or truncated, of which the leader makes what is to be made.
    private void gone(Throwable e) {
        ended = true;
        LOG.debug("poller parks here no more", e);
    }
}
