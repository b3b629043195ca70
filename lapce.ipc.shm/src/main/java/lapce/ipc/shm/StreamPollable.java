package lapce.ipc.shm;

import java.io.IOException;
import lapce.ipc.shm.layout.ArmedWord;
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

    StreamPollable(StreamState state, SendingSide sending, ReceivingSide receiving, PollerPlace place) {
        this.state = state;
        this.sending = sending;
        this.receiving = receiving;
        this.place = place;
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
        try {
            return receiving.look();
        } catch (IllegalStateException | InternalError e) {
            return true;
        }
    }

    @Override
    public boolean arm(int told) {
        try {
            return receiving.arm(told);
        } catch (IllegalStateException | InternalError e) {
            return false;
        }
    }

    @Override
    public void disarm() {
        try {
            receiving.armVolatile(ArmedWord.AWAKE);
        } catch (IllegalStateException | InternalError e) {
            LOG.debug("closed before it was disarmed: endpoint={}, slot={}", state.endpoint(), state.slot(), e);
        }
    }

    @Override
    public void wantRoom(int length) throws IOException {
        try {
            sending.wantRoom(length);
        } catch (IllegalStateException | InternalError e) {
            throw state.failure(e);
        }
    }

    @Override
    public boolean armRoom() {
        try {
            return sending.armRoom();
        } catch (IllegalStateException | InternalError e) {
            return false;
        }
    }

    @Override
    public void disarmRoom() {
        try {
            sending.armVolatile(ArmedWord.AWAKE);
        } catch (IllegalStateException | InternalError e) {
            LOG.debug("closed before it was disarmed: endpoint={}, slot={}", state.endpoint(), state.slot(), e);
        }
    }

    @Override
    public boolean hasRoom() {
        try {
            return sending.look();
        } catch (IllegalStateException | InternalError e) {
            return true;
        }
    }
}
