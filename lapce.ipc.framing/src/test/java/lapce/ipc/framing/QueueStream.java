package lapce.ipc.framing;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import lapce.ipc.api.Claim;
import lapce.ipc.api.ClosedException;
import lapce.ipc.api.IpcException;
import lapce.ipc.api.MessageHandler;
import lapce.ipc.api.Stream;
import lapce.ipc.api.WouldBlockException;

/// A stream whose two ends are one queue in plain memory; for one thread.
class QueueStream implements Stream {
    static final int CLAIM_OFFSET = 16;
    static final Duration SEND_TIMEOUT = Duration.ofMillis(427);

    final Queue<byte[]> messages = new ArrayDeque<>();
    final List<Duration> receiveTimeouts = new ArrayList<>();
    final List<Duration> gatherTimeouts = new ArrayList<>();
    final QueueClaim claim;
    int room = Integer.MAX_VALUE; // how many messages are taken in place
    int maxMessageLength = Integer.MAX_VALUE;
    boolean ended;

    private final int maxClaimLength;
    private boolean closed;

    QueueStream(int maxClaimLength) {
        this.maxClaimLength = maxClaimLength;
        this.claim = new QueueClaim();
    }

    /// A stream that takes whole frames of any length in place.
    QueueStream() {
        this(11 << 20);
    }

    @Override
    public String endpoint() {
        return "queue";
    }

    @Override
    public String peerUserId() {
        return "1000";
    }

    @Override
    public int maxClaimLength() {
        return maxClaimLength;
    }

    @Override
    public int maxMessageLength() {
        return maxMessageLength;
    }

    @Override
    public long sharedMemoryBytes() {
        return 0;
    }

    @Override
    public Duration sendTimeout() {
        return SEND_TIMEOUT;
    }

    @Override
    public Claim tryClaim(int length) throws IpcException {
        ensureOpen();
        if (length < 0 || length > maxClaimLength) {
            throw new IllegalArgumentException("length=" + length);
        }
        return messages.size() < room ? claim.of(length) : null;
    }

    @Override
    public boolean offer(MemorySegment message) {
        throw new AssertionError("not used by a framer");
    }

    @Override
    public void send(MemorySegment message) {
        throw new AssertionError("not used by a framer");
    }

    @Override
    public void send(MemorySegment head, MemorySegment body, Duration timeout) throws IpcException {
        ensureOpen();
        gatherTimeouts.add(timeout);
        byte[] message = new byte[(int) (head.byteSize() + body.byteSize())];
        MemorySegment.copy(head, 0, MemorySegment.ofArray(message), 0, head.byteSize());
        MemorySegment.copy(body, 0, MemorySegment.ofArray(message), head.byteSize(), body.byteSize());
        messages.add(message);
    }

    @Override
    public void closeOutput() {
        ended = true;
    }

    @Override
    public void awaitDrained(Duration timeout) {
        throw new AssertionError("not used by a framer");
    }

    @Override
    public int poll(MessageHandler handler, int limit) throws IpcException {
        ensureOpen();
        int count = 0;
        while (count < limit && !closed && !messages.isEmpty()) {
            byte[] message = messages.remove();
            byte[] ring = new byte[message.length + 2 * CLAIM_OFFSET]; // with a neighbour on each side
            System.arraycopy(message, 0, ring, CLAIM_OFFSET, message.length);
            handler.onMessage(MemorySegment.ofArray(ring), CLAIM_OFFSET, message.length);
            count++;
        }
        return count == 0 && ended ? END_OF_STREAM : count;
    }

    @Override
    public int receive(MessageHandler handler, int limit, Duration timeout) throws IpcException {
        receiveTimeouts.add(timeout);
        int count = poll(handler, limit);
        if (count == 0) {
            throw new WouldBlockException("nothing came: endpoint=queue", timeout);
        }
        return count;
    }

    @Override
    public boolean isOpen() {
        return !closed;
    }

    @Override
    public void close() {
        closed = true;
    }

    void committed(MemorySegment memory, long offset, int length) {
        messages.add(memory.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE));
    }

    private void ensureOpen() throws ClosedException {
        if (closed) {
            throw new ClosedException("closed: endpoint=queue");
        }
    }

    /// Room in memory of its own, full of other bytes before it is written.
    final class QueueClaim implements Claim {
        int aborts;
        private final MemorySegment memory = Arena.ofAuto().allocate(CLAIM_OFFSET + maxClaimLength, 8);
        private int length = -1;

        private QueueClaim() {
            memory.fill((byte) 0xAA);
        }

        private Claim of(int length) {
            if (this.length >= 0) {
                throw new IllegalStateException("claim is open: length=" + this.length);
            }
            this.length = length;
            return this;
        }

        @Override
        public MemorySegment segment() {
            return memory;
        }

        @Override
        public long offset() {
            return CLAIM_OFFSET;
        }

        @Override
        public int length() {
            return length;
        }

        @Override
        public void commit() {
            int committed = length;
            length = -1;
            committed(memory, CLAIM_OFFSET, committed);
        }

        @Override
        public void abort() {
            length = -1;
            aborts++;
        }
    }
}
