package lapce.ipc.shm;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import lapce.ipc.api.Claim;
import lapce.ipc.api.IpcException;
import lapce.ipc.api.Options;
import lapce.ipc.api.WouldBlockException;
import lapce.ipc.shm.layout.ArmedWord;
import lapce.ipc.shm.layout.RecordHeader;
import lapce.ipc.shm.ring.RingControl;
import lapce.ipc.shm.ring.RingProducer;
import org.jspecify.annotations.Nullable;

/// The sending side of a stream; it is also the one claim that the stream hands out again and again.
final class SendingSide implements Claim, Waiter.Condition {
    private final StreamState state;
    private final RingControl control;
    private final RingProducer ring;
    private final Wakes wakes;
    private final OneThread sender;
    private final Waiter waiter;
    private final int maxClaimLength;

    private boolean ended; // closeOutput was said
    private long wanted; // the consumed position waited for
    private int rung; // the peer's armed word that it was woken for
    private long offset; // of the open claim
    private int length; // of the open claim

    SendingSide(
            StreamState state, RingControl control, RingProducer ring, Wakes wakes, OneThread sender, Options options) {
        this.state = state;
        this.control = control;
        this.ring = ring;
        this.wakes = wakes;
        this.sender = sender;
        this.waiter = Waiter.learning(options.waitStrategy(), this, wakes.barrier());
        this.maxClaimLength = Math.min(ring.maxClaimLength(), options.maxMessageLength());
    }

    int maxClaimLength() {
        return maxClaimLength;
    }

    void unpark() {
        waiter.unpark();
    }

    @Nullable SendingSide tryClaim(int length) throws IpcException {
        ensureSending();
        checkClaimLength(length);
        long claimed = ring.claim(length);
        if (claimed == RingProducer.NO_ROOM) {
            return null;
        }
        waiter.wentOn();
        this.offset = claimed;
        this.length = length;
        return this;
    }

    @Override
    public MemorySegment segment() {
        return ring.records();
    }

    @Override
    public long offset() {
        return offset;
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public void commit() throws IpcException {
        sender.enter();
        try {
            state.ensureOpen();
            ensureClaimed();
            commitClaimed();
        } finally {
            sender.leave();
        }
    }

    private void commitClaimed() throws IpcException {
        try {
            publish(RecordHeader.MESSAGE);
        } catch (IllegalStateException | InternalError e) {
            throw state.failure(e);
        }
    }

    @Override
    public void abort() {
        ensureClaimed();
        ring.abort();
    }

    boolean offer(MemorySegment message) throws IpcException {
        checkClaimLength(message.byteSize());
        if (tryClaim((int) message.byteSize()) == null) {
            return false;
        }
        fill(message, MemorySegment.NULL, 0);
        publish(RecordHeader.MESSAGE);
        return true;
    }

    /// A message that is one record, or as many fragments as it takes. Fragments of a quarter ring let the peer copy one
    /// while the next is written.
    void send(MemorySegment head, MemorySegment body, long nanos) throws IOException {
        long total = head.byteSize() + body.byteSize();
        if (total <= maxClaimLength()) {
            sendPart(head, body, 0, (int) total, RecordHeader.MESSAGE, nanos);
            return;
        }
        int most = ring.maxClaimLength() / 2 & -RecordHeader.BYTES;
        long sent = 0;
        try {
            while (sent < total) {
                int count = (int) Math.min(most, total - sent);
                int kind = sent == 0
                        ? RecordHeader.FIRST
                        : sent + count == total ? RecordHeader.LAST : RecordHeader.MIDDLE;
                sendPart(head, body, sent, count, kind, nanos);
                sent += count;
                Step.FRAGMENT_PUBLISHED.reached();
            }
        } finally {
            if (sent > 0 && sent < total) {
                ring.abandon();
            }
        }
    }

    private void sendPart(MemorySegment head, MemorySegment body, long from, int count, int kind, long nanos)
            throws IOException {
        while (tryClaim(count) == null) {
            awaitConsumed(ring.wantedFor(count), nanos, "no room");
        }
        fill(head, body, from);
        publish(kind);
    }

    /// Copies what belongs into the claim; gives the claim back if the caller's memory cannot be read.
    private void fill(MemorySegment head, MemorySegment body, long from) {
        int ofHead = (int) Math.max(0, Math.min(head.byteSize() - from, length));
        boolean filled = false;
        try {
            if (ofHead > 0) {
                MemorySegment.copy(head, from, ring.records(), offset, ofHead);
            }
            if (ofHead < length) {
                MemorySegment.copy(
                        body, from + ofHead - head.byteSize(), ring.records(), offset + ofHead, length - ofHead);
            }
            filled = true;
        } finally {
            if (!filled) {
                ring.abort();
            }
        }
    }

    void closeOutput() throws IpcException {
        state.ensureOpen();
        ensureNoClaim();
        if (!ended) {
            ended = true;
            control.closeOutputRelease(); // pairs with outputClosedAcquire in ReceivingSide.endOrNothing
            Step.OUTPUT_ENDED.reached();
            wakes.ring();
        }
    }

    void awaitDrained(long nanos) throws IOException {
        state.ensureOpen();
        while (ring.consumed() < ring.position()) {
            if (isPeerLeaving() && ring.consumed() < ring.position()) { // it may have read the rest before it left
                throw state.gone();
            }
            awaitConsumed(ring.position(), nanos, "not drained");
            state.ensureOpen();
        }
    }

    /// Returns once the peer has consumed so much or will not any more; the caller looks which. Progress is looked at when
    /// the time is up and then starts it anew, so without any it takes up to twice that long.
    private void awaitConsumed(long position, long nanos, String what) throws IOException {
        wanted = position;
        long before = ring.consumed();
        long start = System.nanoTime();
        while (!waiter.await(nanos)) {
            if (ring.consumed() == before) {
                throw new WouldBlockException(
                        what + ": endpoint=" + state.endpoint() + ", slot=" + state.slot() + ", unread="
                                + (ring.position() - before) + " bytes; the peer does not receive",
                        Duration.ofNanos(System.nanoTime() - start));
            }
            before = ring.consumed();
            start = System.nanoTime();
        }
    }

    @Override
    public boolean look() {
        return control.consumedAcquire() >= wanted // pairs with consumedRelease in RingConsumer.tell
                || control.inputClosedAcquire()
                || state.isPeerGone()
                || !state.isOpen();
    }

    @Override
    public void missed() {
        wakes.missed("a sending thread");
    }

    /// For a poller, before [#armRoom()].
    void wantRoom(int length) throws IpcException {
        ensureSending();
        checkClaimLength(length);
        wanted = ring.wantedFor(length);
    }

    boolean armRoom() {
        return waiter.arm(ArmedWord.LEADER);
    }

    void disarmRoom() {
        waiter.disarm();
    }

    /// The word `wanted` comes first: a peer that sees the arming sees it too.
    @Override
    public void armVolatile(int word) {
        control.wantedOpaque(wanted);
        control.spaceArmedVolatile(word); // pairs with spaceArmedAcquire in ReceivingSide.roomMade
    }

    /// Steps n1 to n6, for data.
    private void publish(int kind) {
        ring.commit(kind); // n1
        Step.PUBLISHED.reached();
        if (wakes.barrier() != null) {
            VarHandle.acquireFence(); // for the compiler
            if (control.dataArmedAcquire() == ArmedWord.BUSY) { // pairs with the barrier in Waiter.armAndFence
                return;
            }
        }
        VarHandle.fullFence(); // the record comes before the look at the consumer's arming
        int armed = control.dataArmedAcquire(); // n2; pairs with dataArmedVolatile in ReceivingSide.armVolatile
        if (ArmedWord.isArmed(armed) && armed != rung) {
            wakes.wake(armed);
            Step.WOKEN.reached();
            rung = armed; // n6, only after the ring
        }
    }

    private void checkClaimLength(long length) {
        if (length < 0 || length > maxClaimLength()) {
            throw new IllegalArgumentException(
                    "message must be 0 to " + maxClaimLength() + " bytes to be claimed or offered: length=" + length);
        }
    }

    private void ensureClaimed() {
        if (!ring.isClaimed()) {
            throw new IllegalStateException("nothing is claimed: endpoint=" + state.endpoint());
        }
    }

    private void ensureSending() throws IpcException {
        ensurePeer();
        if (ended) {
            throw new IllegalStateException("output was closed: endpoint=" + state.endpoint());
        }
        ensureNoClaim();
    }

    private void ensureNoClaim() {
        if (ring.isClaimed()) {
            throw new IllegalStateException("commit or abort the open claim first: endpoint=" + state.endpoint());
        }
    }

    private void ensurePeer() throws IpcException {
        state.ensureOpen();
        if (isPeerLeaving()) {
            throw state.gone();
        }
    }

    private boolean isPeerLeaving() {
        return state.isPeerGone() || control.inputClosedAcquire(); // pairs with closeInputRelease in ShmStream.close
    }
}
