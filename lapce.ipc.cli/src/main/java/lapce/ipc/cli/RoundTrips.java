package lapce.ipc.cli;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/// Times round trips, one after the other.
final class RoundTrips {
    private static final long LONGEST_NANOS = TimeUnit.HOURS.toNanos(1);
    private static final int DIGITS = 3;

    private final Histogram nanos = new Histogram(LONGEST_NANOS, DIGITS);

    void time(Trip trip, long sequence) throws IOException {
        long start = System.nanoTime();
        trip.make(sequence);
        nanos.recordValue(Math.min(System.nanoTime() - start, LONGEST_NANOS));
    }

    long count() {
        return nanos.getTotalCount();
    }

    Percentiles percentiles() {
        return Percentiles.of(nanos);
    }
}
