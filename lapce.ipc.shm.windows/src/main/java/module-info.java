import org.jspecify.annotations.NullMarked;

/// What Windows supplies: named sections and events, locks on files, identity. No algorithm, and no ring.
/// Start java with `--enable-native-access=lapce.ipc.shm.windows`. Every native call is in one class, `Kernel32`.
@NullMarked
module lapce.ipc.shm.windows {
    requires lapce.ipc.shm;
    requires static org.jspecify;

    provides lapce.ipc.api.spi.TransportProvider with lapce.ipc.shm.windows.WindowsTransportProvider;
}
