package lapce.ipc.shm;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import lapce.ipc.api.ClosedException;
import lapce.ipc.api.IpcException;
import lapce.ipc.api.Listener;
import lapce.ipc.api.Options;
import lapce.ipc.api.Stream;
import lapce.ipc.api.WouldBlockException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A bound name, and the streams that have come but were not yet asked for. The epoch lives until the listener and
/// every stream it handed out are closed.
final class ShmListener implements Listener {
    private static final Logger LOG = LoggerFactory.getLogger(ShmListener.class);

    /// What waits in the queue; without a stream it is the end, left there for the next to find.
    private record Arrival(@Nullable ShmStream stream) {}

    private static final Arrival END = new Arrival(null);

    private final String endpoint;
    private final Binding binding;
    private final ShmServer server;
    private final BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();

    private final Runnable exit = this::exit;
    private final Pollable pollable = new Arrivals();
    private volatile boolean endFound; // somebody was told that the listener is closed
    private final AtomicBoolean closedByOwner = new AtomicBoolean();
    private volatile boolean closed; // changed under the monitor, as is the next
    private int users = 1; // this listener until it is closed, and every stream it has accepted until that is

    ShmListener(Platform platform, ObjectNames names, Options options) throws IpcException {
        this.endpoint = names.endpoint();
        AtExit.begin();
        try {
            this.binding = Binding.bind(platform, names, options);
            this.server = new ShmServer(platform, names, options, binding.control(), this);
            AtExit.run(exit);
        } finally {
            AtExit.done();
        }
        start();
        LOG.info("bound: endpoint={}, slots={}", endpoint, options.slots());
    }

    /// The system may refuse another thread.
    private void start() throws IpcException {
        boolean started = false;
        try {
            server.start();
            started = true;
        } finally {
            if (!started) {
                close();
            }
        }
    }

    @Override
    public String endpoint() {
        return endpoint;
    }

    @Override
    public Stream accept() throws IOException {
        return accept(Stream.FOREVER);
    }

    @Override
    public Stream accept(Duration timeout) throws IOException {
        try {
            Arrival arrival = arrivals.poll(TimeUnit.NANOSECONDS.convert(timeout), TimeUnit.NANOSECONDS);
            if (arrival == null) {
                throw new WouldBlockException("no client: endpoint=" + endpoint, timeout);
            }
            return opened(arrival);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for a client: endpoint=" + endpoint);
        }
    }

    @Override
    public @Nullable Stream tryAccept() throws IOException {
        Arrival arrival = arrivals.poll();
        return arrival == null ? null : opened(arrival);
    }

    @Override
    public long rescuedWakeUps() {
        return server.rescued();
    }

    private Stream opened(Arrival arrival) throws ClosedException {
        ShmStream stream = arrival.stream;
        if (stream == null) {
            endFound = true;
            arrivals.add(END);
            throw new ClosedException("listener is closed: endpoint=" + endpoint);
        }
        return stream;
    }

    /// From the leader: a stream is there.
    ///
    /// @return false, with nothing done, once the listener is closed
    boolean accepted(ShmStream stream) {
        synchronized (this) {
            if (closed) {
                return false;
            }
            users++;
            arrivals.add(new Arrival(stream));
        }
        pollable.watcher().tell();
        return true;
    }

    Pollable pollable() {
        return pollable;
    }

    /// The listener as a poller sees it. Every arrival tells, so nothing is armed.
    private final class Arrivals implements Pollable {
        private final Watcher watcher = new Watcher();

        @Override
        public Watcher watcher() {
            return watcher;
        }

        /// Until its action has found the end.
        @Override
        public boolean isOpen() {
            return !endFound;
        }

        @Override
        public boolean isReady() {
            return !arrivals.isEmpty();
        }

        @Override
        public PollerPlace place() {
            return server.pollerPlace();
        }

        @Override
        public boolean arm(int told) {
            return arrivals.isEmpty();
        }

        @Override
        public void disarm() {}

        @Override
        public void wantRoom(int length) {
            throw new UnsupportedOperationException("a listener sends nothing: endpoint=" + endpoint);
        }

        @Override
        public boolean armRoom() {
            return true;
        }

        @Override
        public void disarmRoom() {}

        @Override
        public boolean hasRoom() {
            return false;
        }
    }

    /// From the thread that closed a stream, or the listener itself.
    void ended() {
        synchronized (this) {
            if (--users > 0) {
                return;
            }
        }
        server.stop();
        endEpoch();
        AtExit.forget(exit); // not before: the process may end while another thread is here
        binding.control().close();
    }

    /// From the leader, which has ended: the control region is unusable. The name and the epoch go, so that clients learn
    /// of it and another may bind; the streams' owners find theirs ended.
    void failed() {
        List<ShmStream> unasked = giveUpName();
        endEpoch();
        pollable.watcher().tell();
        if (unasked != null) {
            unasked.forEach(ShmStream::close);
        }
    }

    @Override
    public void close() {
        if (!closedByOwner.compareAndSet(false, true)) {
            return;
        }
        List<ShmStream> unasked = giveUpName();
        if (unasked != null) { // else it has failed
            pollable.watcher().tell();
            unasked.forEach(ShmStream::close);
            server.nameGivenUp();
        }
        ended();
        LOG.info("closed: endpoint={}", endpoint);
    }

    /// What has come but was not asked for, or null if the name was given up before.
    private synchronized @Nullable List<ShmStream> giveUpName() {
        if (closed) {
            return null;
        }
        closed = true;
        List<Arrival> unasked = new ArrayList<>();
        arrivals.drainTo(unasked);
        arrivals.add(END);
        try {
            binding.releaseName();
        } catch (IpcException e) {
            LOG.warn("name stays behind: endpoint={}", endpoint, e);
        }
        return unasked.stream().map(Arrival::stream).toList();
    }

    /// The process ends. Streams still open are not closed: their peers shall see that this end went without a word.
    private void exit() {
        close();
        server.stop();
        endEpoch();
    }

    private void endEpoch() {
        try {
            binding.end();
        } catch (IpcException e) {
            LOG.warn("objects stay behind: endpoint={}", endpoint, e);
        }
    }
}
