package lapce.ipc.cli;

import org.HdrHistogram.Histogram;

/// The figures that are shown of many round trips, in nanoseconds.
record Percentiles(long p50, long p99, long p999) {
    static Percentiles of(Histogram nanos) {
        return new Percentiles(
                nanos.getValueAtPercentile(50), nanos.getValueAtPercentile(99), nanos.getValueAtPercentile(99.9));
    }

    @Override
    public String toString() {
        return "p50 %,9d ns   p99 %,9d ns   p99.9 %,9d ns".formatted(p50, p99, p999);
    }
}
