package lapce.ipc.bench;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/// The end that measures.
final class Client implements Link.Sink {
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final int DIGITS = 3;
    private static final int BYTES_PER_CLOCK = 4096;

    private final Link link;
    private long answer;

    Client(Link link) {
        this.link = link;
    }

    /// @param histogram of round trips, empty for one way
    record Measured(long messages, long nanos, Histogram histogram) {}

    /// Sends as fast as there is room, and waits until all was received.
    Measured oneWay(int bytes, long nanos) throws IOException {
        int perClock = Math.max(1, BYTES_PER_CLOCK / bytes);
        long sent = 0;
        long start = System.nanoTime();
        do {
            for (int i = 0; i < perClock; i++) {
                link.send(Head.of(Head.DATA, bytes, sent++), bytes);
            }
        } while (System.nanoTime() - start < nanos);
        end(sent);
        return new Measured(sent, System.nanoTime() - start, new Histogram(DIGITS));
    }

    /// One trip after the other. At a rate, each has its time to start, from which it counts even if the one before it is late
    /// (coordinated omission).
    ///
    /// @param perSecond how many, or 0 for as many as possible
    Measured roundTrips(int bytes, long nanos, int perSecond) throws IOException {
        Histogram histogram = new Histogram(LONGEST_NANOS, DIGITS);
        long interval = perSecond == 0 ? 0 : TimeUnit.SECONDS.toNanos(1) / perSecond;
        long start = System.nanoTime();
        long now = start;
        for (long trip = 0; now - start < nanos; trip++) {
            long due = interval == 0 ? now : start + trip * interval;
            while (now < due) {
                Thread.onSpinWait();
                now = System.nanoTime();
            }
            long head = Head.of(Head.ECHO, bytes, trip);
            link.send(head, bytes);
            if (received() != head) {
                throw new IllegalStateException("not what was sent: trip=" + trip + ", answer=0x" + Long.toHexString(answer));
            }
            now = System.nanoTime();
            histogram.recordValue(Math.min(now - due, LONGEST_NANOS));
        }
        end(0);
        return new Measured(histogram.getTotalCount(), now - start, histogram);
    }

    private void end(long sent) throws IOException {
        link.send(Head.of(Head.END, Head.BYTES, 0), Head.BYTES);
        if (received() != Head.of(Head.END, Head.BYTES, sent)) {
            throw new IllegalStateException("messages were lost: sent=" + sent + ", received=" + Head.number(answer));
        }
    }

    private long received() throws IOException {
        answer = 0;
        while (answer == 0) {
            link.receive(this, 1);
        }
        return answer;
    }

    @Override
    public void message(long head, int length) {
        answer = head;
    }
}
