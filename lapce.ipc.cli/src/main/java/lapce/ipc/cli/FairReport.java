package lapce.ipc.cli;

/// What `bench fair --json` prints: round trips of one client, alone, while another process sends on all other connections
/// at half of the rate that saturates the server, and while it sends as fast as it can.
record FairReport(
        int clients, long saturatedMsgPerSec, Spread aloneNanos, Spread halfLoadNanos, Spread fullLoadNanos, double halfLoadP99Ratio) {
    String text() {
        return """
                one client's round trips, %,d others
                alone       p50 %,9d ns   p99 %,9d ns
                half load   p50 %,9d ns   p99 %,9d ns   (%,d messages/s; p99 %.1f times that alone)
                full load   p50 %,9d ns   p99 %,9d ns   (%,d messages/s)"""
                .formatted(
                        clients - 1, aloneNanos.p50(), aloneNanos.p99(), halfLoadNanos.p50(), halfLoadNanos.p99(),
                        saturatedMsgPerSec / 2, halfLoadP99Ratio, fullLoadNanos.p50(), fullLoadNanos.p99(),
                        saturatedMsgPerSec);
    }
}
