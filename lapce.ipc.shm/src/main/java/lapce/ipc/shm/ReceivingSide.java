package lapce.ipc.shm;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import lapce.ipc.api.IpcException;
import lapce.ipc.api.MessageHandler;
import lapce.ipc.api.Options;
import lapce.ipc.api.Stream;
import lapce.ipc.api.WouldBlockException;
import lapce.ipc.shm.layout.ArmedWord;
import lapce.ipc.shm.ring.RingConsumer;
import lapce.ipc.shm.ring.RingControl;

/// The receiving side of a stream.
final class ReceivingSide implements Waiter.Condition, RingConsumer.Owner {
    private final StreamState state;
    private final RingControl control;
    private final RingConsumer ring;
    private final Wakes wakes;
    private final Waiter waiter;

    private boolean handing; // a handler is running
    private int rung; // the peer's armed word that it was woken for

    ReceivingSide(StreamState state, RingControl control, MemorySegment records, Wakes wakes, Options options) {
        this.state = state;
        this.control = control;
        this.ring = new RingConsumer(control, records, options.maxMessageLength(), this);
        this.wakes = wakes;
        this.waiter = Waiter.steady(options.waitStrategy(), this, wakes.own(), wakes.barrier());
    }

    void unpark() {
        waiter.unpark();
    }

    int poll(MessageHandler handler, int limit) throws IpcException {
        state.ensureOpen();
        if (limit < 1) {
            throw new IllegalArgumentException("limit must be at least 1: limit=" + limit);
        }
        if (handing) {
            throw new IllegalStateException("a poll handler must not poll its own stream: endpoint=" + state.endpoint());
        }
        long before = ring.position();
        handing = true;
        try {
            int count = ring.poll(handler, limit);
            if (ring.position() == before) {
                return endOrNothing();
            }
            waiter.wentOn();
            return count;
        } finally {
            handing = false;
        }
    }

    /// The clock is read only when there is nothing: it costs as much as receiving a message does.
    int receive(MessageHandler handler, int limit, Duration timeout) throws IOException {
        int count = poll(handler, limit);
        return count != 0 ? count : awaitAndPoll(handler, limit, Waiter.nanos(timeout));
    }

    private int awaitAndPoll(MessageHandler handler, int limit, long nanos) throws IOException {
        long start = System.nanoTime();
        long left = nanos;
        while (left > 0 && waiter.await(left)) {
            int count = poll(handler, limit);
            if (count != 0) {
                return count;
            }
            Waiter.checkInterrupt(); // fragments came: neither the wait nor the message is over
            left = nanos == Long.MAX_VALUE ? nanos : nanos - (System.nanoTime() - start);
        }
        throw new WouldBlockException(
                "no message: endpoint=" + state.endpoint() + ", slot=" + state.slot(),
                Duration.ofNanos(System.nanoTime() - start));
    }

    @Override
    public boolean look() {
        return ring.hasNext()
                || control.outputClosedAcquire()
                || state.isPeerGone()
                || !state.isOpen();
    }

    @Override
    public void missed() {
        wakes.missed("a receiving thread");
    }

    /// For a poller.
    boolean arm(int told) {
        return waiter.arm(told);
    }

    /// For a poller.
    void disarm() {
        waiter.disarm();
    }

    @Override
    public void armVolatile(int word) {
        control.dataArmedVolatile(word); // pairs with dataArmedAcquire in SendingSide.publish
    }

    /// Nothing was there: is that the end? What was committed before the end was said, or before the peer died, comes
    /// first, so the ring is looked at once more.
    private int endOrNothing() throws IpcException {
        boolean gone = state.isPeerGone(); // first: a peer says its end before it goes
        boolean closed = control.outputClosedAcquire(); // pairs with closeOutputRelease in SendingSide and ShmStream
        if (!closed && !gone || ring.hasNext()) {
            return 0;
        }
        if (closed) {
            return Stream.END_OF_STREAM;
        }
        throw state.gone();
    }

    @Override
    public boolean isOpen() {
        return state.isOpen();
    }

    /// Steps n1 to n6, for room.
    @Override
    public void roomMade() {
        if (wakes.barrier() != null) {
            VarHandle.acquireFence(); // for the compiler
            if (control.spaceArmedAcquire() == ArmedWord.BUSY) { // pairs with the barrier in Waiter.armAndFence
                return;
            }
        }
        VarHandle.fullFence(); // n1: the consumed position comes before the look at the producer's arming
        int armed = control.spaceArmedAcquire(); // n2; pairs with spaceArmedVolatile in SendingSide.armVolatile
        if (ArmedWord.isArmed(armed) && armed != rung && ring.position() >= control.wantedOpaque()) { // n3
            wakes.ring();
            rung = armed; // n6, only after the ring
        }
    }
}
