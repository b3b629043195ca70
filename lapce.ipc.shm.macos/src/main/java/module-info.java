import org.jspecify.annotations.NullMarked;

/// What macOS supplies: POSIX shared memory, waiting at addresses, file locks, identity. No algorithm, and no ring.
/// Start java with `--enable-native-access=lapce.ipc.shm.macos`. Every native call is in one class, `Libc`.
@NullMarked
module lapce.ipc.shm.macos {
    requires lapce.ipc.shm;
    requires static org.jspecify;

    provides lapce.ipc.api.spi.TransportProvider with lapce.ipc.shm.macos.MacTransportProvider;
}
