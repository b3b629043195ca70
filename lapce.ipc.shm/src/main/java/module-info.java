import org.jspecify.annotations.NullMarked;

/// The shared-memory algorithm: layout, rings, waking, the life of a connection. Pure Java; no call in it is restricted,
/// and it knows no operating system: what one must supply is [lapce.ipc.shm.Platform]. Start with
/// [lapce.ipc.shm.ShmTransport]. It also serves `mem:`, the same algorithm over plain memory of one process.
@NullMarked
@SuppressWarnings("module") // the modules named below are compiled after this one
module lapce.ipc.shm {
    requires transitive lapce.ipc.api;
    requires org.slf4j;
    requires static org.jspecify;

    exports lapce.ipc.shm to // the seam, for those who fill it, and for the tests of it
            lapce.ipc.shm.linux,
            lapce.ipc.shm.macos,
            lapce.ipc.shm.windows,
            lapce.ipc.test;
    exports lapce.ipc.shm.layout to // the tests damage shared words on purpose
            lapce.ipc.test;
    exports lapce.ipc.shm.mem to // the contract suites run over plain memory first
            lapce.ipc.test;

    provides lapce.ipc.api.spi.PollerProvider with lapce.ipc.shm.ShmPollerProvider;
    provides lapce.ipc.api.spi.TransportProvider with lapce.ipc.shm.mem.MemTransportProvider;
}
