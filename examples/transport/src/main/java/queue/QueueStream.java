package queue;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Arrays;
import lapce.ipc.api.Claim;
import lapce.ipc.api.ClosedException;
import lapce.ipc.api.IpcException;
import lapce.ipc.api.MessageHandler;
import lapce.ipc.api.Options;
import lapce.ipc.api.PeerGoneException;
import lapce.ipc.api.Stream;

/// One end of a connection. Both ends are behind one gate.
final class QueueStream implements Stream {
    private final Gate gate;
    private final QueueStream peer;
    private final String endpoint;
    private final Options options;
    private final int ringBytes;
    private final int maxMessageLength;
    private final Runnable onEnd;
    private final QueueClaim claim = new QueueClaim();
    private final Inbox inbox;
    private boolean isInHandler;
    private boolean outputClosed;
    private boolean closed;

    /// The server's end, and with it the client's.
    QueueStream(String endpoint, Options options, Options clients, Runnable onEnd) {
        this.gate = new Gate();
        this.endpoint = endpoint;
        this.options = options;
        this.ringBytes = clients.ringBytes();
        this.maxMessageLength = Math.min(options.maxMessageLength(), clients.maxMessageLength());
        this.onEnd = onEnd;
        this.inbox = new Inbox(gate, ringBytes);
        this.peer = new QueueStream(this, clients);
    }

    private QueueStream(QueueStream server, Options options) {
        this.gate = server.gate;
        this.endpoint = server.endpoint;
        this.options = options;
        this.ringBytes = server.ringBytes;
        this.maxMessageLength = server.maxMessageLength;
        this.onEnd = server.onEnd;
        this.inbox = new Inbox(gate, ringBytes);
        this.peer = server;
    }

    QueueStream peer() {
        return peer;
    }

    // --- sending ---

    @Override
    public Claim tryClaim(int length) throws IpcException {
        checkLength(length, maxClaimLength());
        try (Gate _ = gate.enter()) {
            ensureSending();
            return peer.inbox.hasRoom(length) ? claim.open(length) : null;
        }
    }

    @Override
    public boolean offer(MemorySegment message) throws IpcException {
        checkLength(message.byteSize(), maxClaimLength());
        try (Gate _ = gate.enter()) {
            ensureSending();
            if (!peer.inbox.hasRoom((int) message.byteSize())) {
                return false;
            }
            peer.inbox.put(message.toArray(JAVA_BYTE), 0, (int) message.byteSize());
            return true;
        }
    }

    @Override
    public void send(MemorySegment head, MemorySegment body, Duration timeout) throws IOException {
        checkLength(head.byteSize() + body.byteSize(), maxMessageLength);
        byte[] message = Arrays.copyOf(head.toArray(JAVA_BYTE), (int) (head.byteSize() + body.byteSize()));
        MemorySegment.copy(body, JAVA_BYTE, 0, message, (int) head.byteSize(), (int) body.byteSize());
        try (Gate _ = gate.enter()) {
            try {
                putAll(message, timeout);
            } catch (IOException e) {
                peer.inbox.forgetUnfinished();
                throw e;
            }
        }
    }

    private void putAll(byte[] message, Duration timeout) throws IOException {
        int at = 0;
        do {
            int length = Math.min(message.length - at, maxClaimLength());
            gate.await("no room: endpoint=" + endpoint, timeout, peer.inbox::removed, () -> {
                ensureSending();
                return peer.inbox.hasRoom(length);
            });
            peer.inbox.put(message, at, at + length);
            at += length;
        } while (at < message.length);
    }

    @Override
    public void closeOutput() throws IpcException {
        try (Gate _ = gate.enter()) {
            ensureOpen();
            claim.ensureNone();
            outputClosed = true;
            gate.tell();
        }
    }

    @Override
    public void awaitDrained(Duration timeout) throws IOException {
        try (Gate _ = gate.enter()) {
            gate.await("unread: endpoint=" + endpoint, timeout, peer.inbox::removed, () -> {
                ensureOpen();
                if (peer.closed && !peer.inbox.isEmpty()) {
                    throw new PeerGoneException("peer did not receive everything: endpoint=" + endpoint);
                }
                return peer.inbox.isEmpty();
            });
        }
    }

    private void ensureSending() throws IpcException {
        ensureOpen();
        if (peer.closed) {
            throw new PeerGoneException("peer is gone: endpoint=" + endpoint);
        }
        if (outputClosed) {
            throw new IllegalStateException("output was closed: endpoint=" + endpoint);
        }
        claim.ensureNone();
    }

    private static void checkLength(long length, int most) {
        if (length < 0 || length > most) {
            throw new IllegalArgumentException("message is too long: length=" + length + ", most=" + most);
        }
    }

    /// Room for a message in an array of its own.
    private final class QueueClaim implements Claim {
        private MemorySegment segment; // null while nothing is claimed

        QueueClaim open(int length) {
            segment = MemorySegment.ofArray(new byte[length]);
            return this;
        }

        void ensureNone() {
            if (segment != null) {
                throw new IllegalStateException("a claim is open: endpoint=" + endpoint);
            }
        }

        private MemorySegment end() {
            MemorySegment ended = segment;
            if (ended == null) {
                throw new IllegalStateException("nothing is claimed: endpoint=" + endpoint);
            }
            segment = null;
            return ended;
        }

        @Override
        public MemorySegment segment() {
            return segment;
        }

        @Override
        public long offset() {
            return 0;
        }

        @Override
        public int length() {
            return (int) segment.byteSize();
        }

        @Override
        public void commit() throws IpcException {
            MemorySegment message = end();
            try (Gate _ = gate.enter()) {
                ensureSending();
                peer.inbox.put(message.toArray(JAVA_BYTE), 0, (int) message.byteSize());
            }
        }

        @Override
        public void abort() {
            end();
        }
    }

    // --- receiving ---

    @Override
    public int poll(MessageHandler handler, int limit) throws IpcException {
        try (Gate _ = gate.enter()) {
            ensureReceiving(limit);
            int count = 0;
            while (count < limit && !closed) {
                byte[] message = inbox.next();
                if (message == null) {
                    return count == 0 && hasEnded() ? END_OF_STREAM : count;
                }
                hand(MemorySegment.ofArray(message), handler);
                count++;
            }
            return count;
        }
    }

    /// Others may pass while the handler runs; room is made behind it.
    private void hand(MemorySegment message, MessageHandler handler) {
        isInHandler = true;
        gate.close();
        try {
            handler.onMessage(message, 0, (int) message.byteSize());
        } finally {
            gate.enter();
            isInHandler = false;
            inbox.remove();
        }
    }

    @Override
    public int receive(MessageHandler handler, int limit, Duration timeout) throws IOException {
        int count;
        do {
            try (Gate _ = gate.enter()) {
                gate.await("no message: endpoint=" + endpoint, timeout, () -> 0, () -> {
                    ensureReceiving(limit);
                    return !inbox.isEmpty() || hasEnded();
                });
            }
            count = poll(handler, limit);
        } while (count == 0);
        return count;
    }

    private boolean hasEnded() {
        return inbox.isEmpty() && (peer.outputClosed || peer.closed);
    }

    private void ensureReceiving(int limit) throws IpcException {
        if (limit < 1) {
            throw new IllegalArgumentException("limit must be at least 1: limit=" + limit);
        }
        if (isInHandler) {
            throw new IllegalStateException("called from a handler: endpoint=" + endpoint);
        }
        ensureOpen();
    }

    // --- both ---

    private void ensureOpen() throws ClosedException {
        if (closed) {
            throw new ClosedException("stream was closed: endpoint=" + endpoint);
        }
    }

    @Override
    public void close() {
        try (Gate _ = gate.enter()) {
            if (closed) {
                return;
            }
            closed = true;
            gate.tell();
            if (!peer.closed) {
                return;
            }
        }
        onEnd.run();
    }

    @Override
    public boolean isOpen() {
        try (Gate _ = gate.enter()) {
            return !closed;
        }
    }

    @Override
    public String endpoint() {
        return endpoint;
    }

    @Override
    public String peerUserId() {
        return System.getProperty("user.name");
    }

    @Override
    public int maxClaimLength() {
        return ringBytes / 2;
    }

    @Override
    public int maxMessageLength() {
        return maxMessageLength;
    }

    @Override
    public long sharedMemoryBytes() {
        return 2L * ringBytes;
    }

    @Override
    public Duration sendTimeout() {
        return options.sendTimeout();
    }
}
