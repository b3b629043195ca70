package lapce.ipc.shm;

import lapce.ipc.api.ClosedException;
import lapce.ipc.api.PeerGoneException;

/// What both sides of a stream know of its end. The flags only ever change once.
final class StreamState {
    private final String endpoint;
    private final int slot;
    private volatile boolean open = true;
    private volatile boolean peerGone;

    StreamState(String endpoint, int slot) {
        this.endpoint = endpoint;
        this.slot = slot;
    }

    String endpoint() {
        return endpoint;
    }

    int slot() {
        return slot;
    }

    boolean isOpen() {
        return open;
    }

    void closed() {
        open = false;
    }

    /// Whether the peer's process has ended, so that no word of it will change any more.
    boolean isPeerGone() {
        return peerGone;
    }

    void peerGone() {
        peerGone = true;
    }

    void ensureOpen() throws ClosedException {
        if (!open) {
            throw closedHere();
        }
    }

    ClosedException closedHere() {
        return new ClosedException("stream is closed here: endpoint=" + endpoint + ", slot=" + slot);
    }

    PeerGoneException gone() {
        return new PeerGoneException("peer gone: endpoint=" + endpoint + ", slot=" + slot);
    }
}
