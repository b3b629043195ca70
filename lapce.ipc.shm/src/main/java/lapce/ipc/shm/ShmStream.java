package lapce.ipc.shm;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import lapce.ipc.api.Claim;
import lapce.ipc.api.CorruptStreamException;
import lapce.ipc.api.IpcException;
import lapce.ipc.api.MessageHandler;
import lapce.ipc.api.Options;
import lapce.ipc.api.Stream;
import lapce.ipc.shm.ring.RingControl;
import lapce.ipc.shm.ring.RingProducer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One end of a connection.
final class ShmStream implements Stream {
    private static final Logger LOG = LoggerFactory.getLogger(ShmStream.class);
    private static final int SPINS = 1000;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final StreamState state;
    private final Connection connection;
    private final Options options;
    private final RingControl output;
    private final RingControl input;
    private final SendingSide sending;
    private final ReceivingSide receiving;
    private final Wakes wakes;
    private final Consumer<ShmStream> onClosed;
    private final AtomicBoolean closing = new AtomicBoolean();
    private final StreamPollable pollable;
    private final OneThread sender = new OneThread("a second thread sends");
    private final OneThread receiver = new OneThread("a second thread receives");

    private ShmStream(
            StreamState state, Connection connection, Options options, Wakes wakes, Consumer<ShmStream> onClosed,
            Direction out, Direction in) {
        this.state = state;
        this.connection = connection;
        this.options = options;
        this.wakes = wakes;
        this.onClosed = onClosed;
        state.closeBy(this::close);
        this.output = out.control;
        this.input = in.control;
        this.sending = new SendingSide(
                state, out.control, new RingProducer(out.control, out.records), wakes, sender, options);
        this.receiving = new ReceivingSide(state, in.control, in.records, wakes, options);
        this.pollable = new StreamPollable(state, sending, receiving, wakes.place());
    }

    private record Direction(RingControl control, MemorySegment records) {}

    static ShmStream ofClient(
            StreamState state, Connection connection, Options options, Wakes wakes, Consumer<ShmStream> onClosed) {
        return new ShmStream(state, connection, options, wakes, onClosed, up(connection), down(connection));
    }

    static ShmStream ofServer(
            StreamState state, Connection connection, Options options, Wakes wakes, Consumer<ShmStream> onClosed) {
        return new ShmStream(state, connection, options, wakes, onClosed, down(connection), up(connection));
    }

    private static Direction up(Connection connection) {
        return new Direction(connection.clientToServer(), connection.clientToServerRecords());
    }

    private static Direction down(Connection connection) {
        return new Direction(connection.serverToClient(), connection.serverToClientRecords());
    }

    @Override
    public String peerUserId() {
        return state.peerUserId();
    }

    @Override
    public String endpoint() {
        return state.endpoint();
    }

    int slot() {
        return state.slot();
    }

    Pollable pollable() {
        return pollable;
    }

    int generation() {
        return state.generation();
    }

    @Override
    public int maxClaimLength() {
        return sending.maxClaimLength();
    }

    @Override
    public int maxMessageLength() {
        return options.maxMessageLength();
    }

    @Override
    public long sharedMemoryBytes() {
        return connection.byteSize();
    }

    @Override
    public Duration sendTimeout() {
        return options.sendTimeout();
    }

    @Override
    public @Nullable Claim tryClaim(int length) throws IpcException {
        sender.enter();
        try {
            return sending.tryClaim(length);
        } catch (CorruptStreamException | IllegalStateException | InternalError e) {
            throw state.failure(e);
        } finally {
            sender.leave();
        }
    }

    @Override
    public boolean offer(MemorySegment message) throws IpcException {
        sender.enter();
        try {
            return sending.offer(message);
        } catch (CorruptStreamException | IllegalStateException | InternalError e) {
            throw state.failure(e);
        } finally {
            sender.leave();
        }
    }

    @Override
    public void send(MemorySegment head, MemorySegment body, Duration timeout) throws IOException {
        long length = head.byteSize() + body.byteSize();
        if (length > options.maxMessageLength()) {
            throw new IllegalArgumentException("message must be 0 to " + options.maxMessageLength()
                    + " bytes: length=" + length);
        }
        sender.enter();
        try {
            sending.send(head, body, Waiter.nanos(timeout));
        } catch (CorruptStreamException | IllegalStateException | InternalError e) {
            throw state.failure(e);
        } finally {
            sender.leave();
        }
    }

    @Override
    public void closeOutput() throws IpcException {
        sender.enter();
        try {
            sending.closeOutput();
        } catch (IllegalStateException | InternalError e) {
            throw state.failure(e);
        } finally {
            sender.leave();
        }
    }

    @Override
    public void awaitDrained(Duration timeout) throws IOException {
        sender.enter();
        try {
            sending.awaitDrained(Waiter.nanos(timeout));
        } catch (CorruptStreamException | IllegalStateException | InternalError e) {
            throw state.failure(e);
        } finally {
            sender.leave();
        }
    }

    @Override
    public int poll(MessageHandler handler, int limit) throws IpcException {
        receiver.enter();
        try {
            return receiving.poll(handler, limit);
        } catch (CorruptStreamException | IllegalStateException | InternalError e) {
            throw state.failure(e);
        } finally {
            receiver.leave();
        }
    }

    @Override
    public int receive(MessageHandler handler, int limit, Duration timeout) throws IOException {
        receiver.enter();
        try {
            return receiving.receive(handler, limit, timeout);
        } catch (CorruptStreamException | IllegalStateException | InternalError e) {
            throw state.failure(e);
        } finally {
            receiver.leave();
        }
    }

    @Override
    public boolean isOpen() {
        return state.isOpen();
    }

    /// Step c1, c2; the owner of this end does c3.
    @Override
    public void close() {
        if (!closing.compareAndSet(false, true)) {
            return;
        }
        state.closed(); // first: nobody here begins to send any more what would come behind the end
        tellPeer(output::closeOutputRelease);
        Step.OUTPUT_CLOSED.reached();
        tellPeer(input::closeInputRelease);
        Step.INPUT_CLOSED.reached();
        tellPeer(wakes::ring);
        Step.CLOSE_TOLD.reached();
        unpark();
        try {
            unmap();
            Step.UNMAPPED.reached();
        } finally {
            onClosed.accept(this);
        }
    }

    /// Who is in the memory learns that the stream is closed, and leaves. It is not taken away before, for the JVM would stop the access, and set the
    /// thread's interrupt status, which would end what that waits for next (JavaThread::install_async_exception in HotSpot, which a shared arena's
    /// close comes to). That can still happen to who has an open claim, which may stay so for ever, and in rare cases to who has entered so
    /// lately that it is not seen. Who is in a handler may take his time, and nobody waits for him.
    private void unmap() {
        for (int tries = 0; tries < SPINS; tries++) {
            if (isUnused()) {
                connection.region().close();
                return;
            }
            Thread.onSpinWait();
        }
        Thread.ofVirtual().name("lapce-ipc unmap").start(() -> {
            while (!isUnused()) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
            connection.region().close();
        });
    }

    private boolean isUnused() {
        return sender.isFree() && receiver.isFree() && pollable.isUnused();
    }

    private void tellPeer(Runnable step) {
        try {
            step.run();
            Faults.surface();
        } catch (InternalError e) { // the fault of an access beyond the end of the object
            LOG.warn("memory was truncated, the peer cannot be told: endpoint={}, slot={}", endpoint(), slot(), e);
        }
    }

    /// The peer's process has ended, or it has left the slot.
    void peerGone() {
        state.peerGone();
        unpark();
    }

    /// Lets both local threads, or the poller, look again.
    void unpark() {
        sending.unpark();
        receiving.unpark();
        pollable.watcher().tell();
    }
}
