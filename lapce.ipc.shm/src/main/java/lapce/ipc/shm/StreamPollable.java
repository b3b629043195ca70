package lapce.ipc.shm;

import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One end of a connection as a poller sees it.
final class StreamPollable implements Pollable {
    private static final Logger LOG = LoggerFactory.getLogger(StreamPollable.class);

    private final StreamState state;
    private final SendingSide sending;
    private final ReceivingSide receiving;
    private final PollerPlace place;
    private final Watcher watcher = new Watcher();
    private final OneThread poller = new OneThread("a second thread polls");

    StreamPollable(StreamState state, SendingSide sending, ReceivingSide receiving, PollerPlace place) {
        this.state = state;
        this.sending = sending;
        this.receiving = receiving;
        this.place = place;
    }

    /// Whether no poller is in the stream's memory. Any thread.
    boolean isUnused() {
        return poller.isFree();
    }

    @Override
    public PollerPlace place() {
        return place;
    }

    @Override
    public Watcher watcher() {
        return watcher;
    }

    @Override
    public boolean isOpen() {
        return state.isOpen();
    }

    /// What cannot be looked at is there: the action's own look then says why.
    @Override
    public boolean isReady() {
        poller.enter();
        try {
            return receiving.look();
        } catch (IllegalStateException | InternalError e) {
            return true;
        } finally {
            poller.leave();
        }
    }

    @Override
    public boolean arm(int told) {
        poller.enter();
        try {
            return receiving.arm(told);
        } catch (IllegalStateException | InternalError e) {
            return false;
        } finally {
            poller.leave();
        }
    }

    @Override
    public void disarm() {
        poller.enter();
        try {
            receiving.disarm();
        } catch (IllegalStateException | InternalError e) {
            LOG.debug("closed before it was disarmed: endpoint={}, slot={}", state.endpoint(), state.slot(), e);
        } finally {
            poller.leave();
        }
    }

    @Override
    public void wantRoom(int length) throws IOException {
        poller.enter();
        try {
            sending.wantRoom(length);
        } catch (IllegalStateException | InternalError e) {
            throw state.failure(e);
        } finally {
            poller.leave();
        }
    }

    @Override
    public boolean armRoom() {
        poller.enter();
        try {
            return sending.armRoom();
        } catch (IllegalStateException | InternalError e) {
            return false;
        } finally {
            poller.leave();
        }
    }

    @Override
    public void disarmRoom() {
        poller.enter();
        try {
            sending.disarmRoom();
        } catch (IllegalStateException | InternalError e) {
            LOG.debug("closed before it was disarmed: endpoint={}, slot={}", state.endpoint(), state.slot(), e);
        } finally {
            poller.leave();
        }
    }

    @Override
    public boolean hasRoom() {
        poller.enter();
        try {
            return sending.look();
        } catch (IllegalStateException | InternalError e) {
            return true;
        } finally {
            poller.leave();
        }
    }
}
