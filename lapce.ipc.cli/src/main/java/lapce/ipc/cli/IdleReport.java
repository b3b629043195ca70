package lapce.ipc.cli;

/// What `bench idle --json` prints: shares of one processor, in percent.
record IdleReport(int clients, int seconds, double serverCpuPercent, double clientsCpuPercent) {
    String text() {
        return "%,d idle connections, %,d s: server %.2f %% of one processor, clients %.2f %%"
                .formatted(clients, seconds, serverCpuPercent, clientsCpuPercent);
    }
}
