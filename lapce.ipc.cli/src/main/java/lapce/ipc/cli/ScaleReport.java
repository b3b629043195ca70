package lapce.ipc.cli;

import java.util.List;
import java.util.stream.Collectors;

/// What `bench scale --json` prints.
record ScaleReport(List<Run> runs) {
    /// One number of connections. `messages` are those of all of them; lost, duplicated, reordered and rescued (wake-ups that were
    /// missed) must be 0.
    record Run(
            int clients,
            long messages,
            long msgPerSec,
            Spread writeNanos,
            Spread roundTripNanos,
            Spread connectNanos,
            long lost,
            long duplicated,
            long reordered,
            long rescued,
            long waits,
            long waitNanos,
            long sharedMemoryBytes,
            long serverRssBytes) {}

    String text() {
        String head = "%11s %12s %10s %10s %12s %12s %10s %6s %12s %10s".formatted(
                "connections", "messages/s", "write p50", "write p99", "trip p50 ns", "trip p99 ns", "connect", "wrong",
                "shared bytes", "RSS bytes");
        return runs.stream()
                .map(run -> "%,11d %,12d %,10d %,10d %,12d %,12d %,10d %,6d %,12d %,10d".formatted(
                        run.clients,
                        run.msgPerSec,
                        run.writeNanos.p50(),
                        run.writeNanos.p99(),
                        run.roundTripNanos.p50(),
                        run.roundTripNanos.p99(),
                        run.connectNanos.p50(),
                        run.lost + run.duplicated + run.reordered + run.rescued,
                        run.sharedMemoryBytes,
                        run.serverRssBytes))
                .collect(Collectors.joining(System.lineSeparator(), head + System.lineSeparator(), ""));
    }
}
