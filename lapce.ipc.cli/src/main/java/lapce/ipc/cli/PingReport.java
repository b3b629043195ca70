package lapce.ipc.cli;

/// What `ping --json` prints.
record PingReport(Percentiles roundTripNanos, long count, long lost) {}
