package lapce.ipc.api;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;

/// A stream that receives what it sends, for one thread.
final class LoopStream implements Stream {
    static final int MAX_CLAIM_LENGTH = 10;

    final Queue<byte[]> messages = new ArrayDeque<>();
    private boolean ended;
    private boolean closed;

    @Override
    public String endpoint() {
        return "loop";
    }

    @Override
    public String peerUserId() {
        return "1000";
    }

    @Override
    public int maxClaimLength() {
        return MAX_CLAIM_LENGTH;
    }

    @Override
    public int maxMessageLength() {
        return 100;
    }

    @Override
    public long sharedMemoryBytes() {
        return 0;
    }

    @Override
    public Duration sendTimeout() {
        return Duration.ZERO;
    }

    @Override
    public Claim tryClaim(int length) {
        throw new AssertionError("not used by adapters");
    }

    @Override
    public boolean offer(MemorySegment message) {
        throw new AssertionError("not used by adapters");
    }

    @Override
    public void send(MemorySegment head, MemorySegment body, Duration timeout) throws IOException {
        if (!timeout.equals(FOREVER) || closed) {
            throw new IpcException("adapters wait without limit: timeout=" + timeout + ", closed=" + closed);
        }
        messages.add(head.toArray(JAVA_BYTE));
    }

    @Override
    public void closeOutput() {
        ended = true;
    }

    @Override
    public void awaitDrained(Duration timeout) {
        throw new AssertionError("not used by adapters");
    }

    @Override
    public int poll(MessageHandler handler, int limit) {
        byte[] message = messages.poll();
        if (message == null) {
            return ended ? END_OF_STREAM : 0;
        }
        handler.onMessage(MemorySegment.ofArray(message), 0, message.length);
        return 1;
    }

    @Override
    public int receive(MessageHandler handler, int limit, Duration timeout) throws IOException {
        int count = poll(handler, limit);
        if (count == 0) {
            throw new WouldBlockException("nothing came: endpoint=loop", timeout.isZero() ? timeout : Duration.ZERO);
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
}
