package lapce.ipc.cli;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import lapce.ipc.api.PeerGoneException;
import lapce.ipc.api.Stream;

/// A virtual thread on each stream, which blocks until it learns that its peer is gone.
final class BlockedReaders {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

    /// What a reader does once it has learnt of it.
    interface Then {
        void accept(Stream stream) throws IOException;
    }

    private record Told(Stream stream, long nanoTime) {}

    private final BlockingQueue<Told> told = new LinkedBlockingQueue<>();
    private final Then then;

    BlockedReaders(Then then) {
        this.then = then;
    }

    void add(Stream stream) {
        Thread.startVirtualThread(() -> read(stream));
    }

    private void read(Stream stream) {
        try {
            told.add(new Told(stream, awaitEnd(stream)));
            then.accept(stream);
        } catch (IOException e) {
            throw new AssertionError("nobody sends, and nobody else closes before", e);
        }
    }

    private static long awaitEnd(Stream stream) throws IOException {
        try {
            throw new IOException("a message that nobody sent: length=" + stream.receive().length);
        } catch (PeerGoneException _) {
            return System.nanoTime();
        }
    }

    /// When the next so many learnt of it, and closes their streams. Fewer are missed deaths: the others did not learn of it
    /// within half a minute.
    DeathNotices next(int count) throws IOException {
        List<Told> all = new ArrayList<>(count);
        long end = System.nanoTime() + PATIENCE_NANOS;
        for (Told one = poll(end); one != null; one = all.size() < count ? poll(end) : null) {
            all.add(one);
        }
        for (Told one : all) {
            one.stream.close();
        }
        return new DeathNotices(all.stream().mapToLong(Told::nanoTime).toArray());
    }

    private Told poll(long end) throws InterruptedIOException {
        try {
            return told.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for deaths");
        }
    }
}
