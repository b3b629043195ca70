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

    private final BlockingQueue<Long> told = new LinkedBlockingQueue<>();

    void add(Stream stream) {
        Thread.startVirtualThread(() -> read(stream));
    }

    private void read(Stream stream) {
        try (stream) {
            told.add(awaitEnd(stream));
        } catch (IOException e) {
            throw new AssertionError("nobody sends, and nobody else closes", e);
        }
    }

    private static long awaitEnd(Stream stream) throws IOException {
        try {
            throw new IOException("a message that nobody sent: length=" + stream.receive().length);
        } catch (PeerGoneException _) {
            return System.nanoTime();
        }
    }

    /// When the next so many learnt of it. Fewer are missed deaths: the others did not within half a minute.
    DeathNotices next(int count) throws InterruptedIOException {
        long start = System.nanoTime();
        List<Long> nanoTimes = new ArrayList<>(count);
        try {
            while (nanoTimes.size() < count) {
                Long next = told.poll(start + PATIENCE_NANOS - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (next == null) {
                    break;
                }
                nanoTimes.add(next);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for deaths");
        }
        return new DeathNotices(nanoTimes.stream().mapToLong(Long::longValue).toArray());
    }
}
