package lapce.ipc.shm;

import lapce.ipc.api.ClosedException;
import lapce.ipc.api.CorruptStreamException;
import lapce.ipc.api.IpcException;
import lapce.ipc.api.PeerGoneException;

/// What both sides of a stream know of its end. The flags only ever change once.
final class StreamState {
    private final String endpoint;
    private final String peerUserId;
    private final int slot;
    private final int generation; // of the slot
    @SuppressWarnings("NullAway.Init") // set before any thread but the maker's sees the stream
    private Runnable close;
    private volatile boolean open = true;
    private volatile boolean peerGone;

    StreamState(String endpoint, String peerUserId, int slot, int generation) {
        this.endpoint = endpoint;
        this.peerUserId = peerUserId;
        this.slot = slot;
        this.generation = generation;
    }

    /// Says how to close the stream when its bytes cannot be trusted.
    void closeBy(Runnable close) {
        this.close = close;
    }

    String endpoint() {
        return endpoint;
    }

    String peerUserId() {
        return peerUserId;
    }

    int slot() {
        return slot;
    }

    int generation() {
        return generation;
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

    /// What a failure inside the ring means: this end was closed meanwhile, the caller erred, or the shared bytes cannot
    /// be trusted any more, which closes the stream.
    IpcException failure(Throwable e) {
        Faults.absorb();
        if (!open) {
            IpcException closed = closedHere();
            closed.initCause(e); // it may be a handler's
            return closed;
        }
        if (e instanceof IllegalStateException misuse) {
            throw misuse;
        }
        close.run();
        if (e instanceof CorruptStreamException corrupt) {
            return corrupt;
        }
        IpcException fault = new CorruptStreamException("memory of the connection is gone: endpoint=" + endpoint
                + ", slot=" + slot + "; the peer has truncated it; the stream is closed");
        fault.initCause(e);
        return fault;
    }

    PeerGoneException gone() {
        return new PeerGoneException("peer gone: endpoint=" + endpoint + ", slot=" + slot);
    }
}
