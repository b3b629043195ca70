package lapce.ipc.cli;

/// What `bench connect --json` prints: the time from before a client's `connect` to the return of the server's `accept`, and
/// what the server's process holds before and after.
record ConnectReport(
        int clients, long cycles, long cyclesPerSec, Spread acceptedNanos, long rescued, Held before, Held after) {
    /// What a process holds of the system. Regions are mappings of the endpoint's memory, the control region's included.
    record Held(long descriptors, long regions, long residentBytes) {}

    String text() {
        return """
                %,d connections, one after the other, from %,d clients: %,d a second
                connect to accepted   p50 %,d ns   p99 %,d ns   p99.9 %,d ns   max %,d ns
                descriptors   %,d before, %,d after
                regions       %,d before, %,d after
                RSS           %,d KB before, %,d KB after"""
                .formatted(
                        cycles, clients, cyclesPerSec, acceptedNanos.p50(), acceptedNanos.p99(), acceptedNanos.p999(),
                        acceptedNanos.max(), before.descriptors, after.descriptors, before.regions, after.regions,
                        before.residentBytes / 1000, after.residentBytes / 1000);
    }
}
