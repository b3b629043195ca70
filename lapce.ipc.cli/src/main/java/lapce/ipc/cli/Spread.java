package lapce.ipc.cli;

import org.HdrHistogram.Histogram;

/// The figures that are shown of many durations, in nanoseconds, with the longest.
record Spread(long p50, long p99, long p999, long max) {
    static Spread of(Histogram nanos) {
        return new Spread(
                nanos.getValueAtPercentile(50), nanos.getValueAtPercentile(99), nanos.getValueAtPercentile(99.9),
                nanos.getMaxValue());
    }
}
