import org.jspecify.annotations.NullMarked;

/// What Linux supplies: POSIX shared memory, futexes, open-file-description locks, identity. No algorithm, and no ring.
/// Start java with `--enable-native-access=lapce.ipc.shm.linux`. Every native call is in one class, `Libc`.
@NullMarked
module lapce.ipc.shm.linux {
    requires lapce.ipc.shm;
    requires static org.jspecify;

    provides lapce.ipc.api.spi.TransportProvider with lapce.ipc.shm.linux.LinuxTransportProvider;
}
