package lapce.ipc.shm;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import lapce.ipc.api.ClosedException;
import lapce.ipc.api.IpcException;
import lapce.ipc.api.Listener;
import lapce.ipc.api.Options;
import lapce.ipc.api.Stream;
import lapce.ipc.api.WouldBlockException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A bound name, and the streams that have come but were not yet asked for. The epoch lives until the listener and
/// every stream it handed out are closed.
final class ShmListener implements Listener {
    private static final Logger LOG = LoggerFactory.getLogger(ShmListener.class);

    /// What waits in the queue; without a stream it is the end, left there for the next to find.
    private record Arrival(ShmStream stream) {}

    private static final Arrival END = new Arrival(null);

    private final String endpoint;
    private final Binding binding;
    private final ShmServer server;
    private final BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();

    private final Runnable exit = this::exit;
    private boolean closed; // guarded by this, as is the next
    private int openStreams;

    ShmListener(Platform platform, ObjectNames names, Options options) throws IpcException {
        this.endpoint = names.endpoint();
        this.binding = Binding.bind(platform, names, options.slots());
        this.server = new ShmServer(platform, names, options, binding.control(), this);
        server.start();
        AtExit.run(exit);
        LOG.info("bound: endpoint={}, slots={}", endpoint, options.slots());
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
            if (arrival == END) {
                arrivals.add(END);
                throw new ClosedException("listener is closed: endpoint=" + endpoint);
            }
            return arrival.stream;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for a client: endpoint=" + endpoint);
        }
    }

    /// From the leader: a stream is there.
    ///
    /// @return false, with nothing done, once the listener is closed
    synchronized boolean accepted(ShmStream stream) {
        if (closed) {
            return false;
        }
        openStreams++;
        arrivals.add(new Arrival(stream));
        return true;
    }

    /// From the thread that closed a stream.
    void ended() {
        synchronized (this) {
            if (--openStreams > 0 || !closed) {
                return;
            }
        }
        end();
    }

    /// From the leader, which has ended: the control region is unusable. The name and the epoch go, so that clients learn
    /// of it and another may bind.
    void failed() {
        synchronized (this) {
            closed = true;
            arrivals.add(END);
            releaseName();
        }
        endEpoch();
    }

    private void releaseName() {
        try {
            binding.releaseName();
        } catch (IpcException e) {
            LOG.warn("name stays behind: endpoint={}", endpoint, e);
        }
    }

    @Override
    public void close() {
        boolean last;
        List<Arrival> unasked = new ArrayList<>();
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            last = openStreams == 0;
            arrivals.drainTo(unasked);
            arrivals.add(END);
            releaseName(); // before the last stream can end the epoch
        }
        for (Arrival arrival : unasked) {
            if (arrival != END) {
                arrival.stream.close();
            }
        }
        if (last) {
            end();
        }
        LOG.info("closed: endpoint={}", endpoint);
    }

    /// The process ends. Streams still open are not closed: their peers shall see that this end went without a word.
    private void exit() {
        close();
        endEpoch();
    }

    private void end() {
        AtExit.forget(exit);
        endEpoch();
        binding.control().close();
    }

    private void endEpoch() {
        server.stop();
        try {
            binding.end();
        } catch (IpcException e) {
            LOG.warn("objects stay behind: endpoint={}", endpoint, e);
        }
    }
}
