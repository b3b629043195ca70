package lapce.ipc.cli;

/// What `bench death --json` prints: idle processor time, what the server's process holds with all connections open, and how
/// long it took until each stream's blocked reader learnt of its peer's death.
record DeathReport(
        int clients, int processes, IdleCpu idleCpu, long serverThreads, long serverRssBytes, Noticed clientsKilled, Noticed serverKilled) {
    /// Of one direction. `missed` are readers that did not learn of it, and must be 0.
    record Noticed(int deaths, long noticed, long missed, Spread sinceKillNanos, Spread sinceReleaseNanos) {
        private String text(String who) {
            return """
                    %s: %,d deaths, %,d streams noticed, %,d missed
                      since the lock's release   p50 %,9d µs   p99 %,9d µs   max %,9d µs
                      since before the kill      p50 %,9d µs   p99 %,9d µs   max %,9d µs"""
                    .formatted(
                            who, deaths, noticed, missed, sinceReleaseNanos.p50() / 1000, sinceReleaseNanos.p99() / 1000,
                            sinceReleaseNanos.max() / 1000, sinceKillNanos.p50() / 1000, sinceKillNanos.p99() / 1000,
                            sinceKillNanos.max() / 1000);
        }
    }

    String text() {
        return """
                %,d connections from %,d processes
                idle: server %.2f %% of one processor, clients %.2f %%
                server: %,d threads, RSS %,d KB
                %s
                %s"""
                .formatted(
                        clients, processes, idleCpu.serverPercent(), idleCpu.clientsPercent(), serverThreads,
                        serverRssBytes / 1000, clientsKilled.text("clients killed"), serverKilled.text("server killed"));
    }
}
