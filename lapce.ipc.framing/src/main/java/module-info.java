import org.jspecify.annotations.NullMarked;

/// Frames over any stream: a type, flags, an id and a checksum around each payload, byte for byte the canonical format.
///
/// Start with [lapce.ipc.api.Framer]; this module is found by [java.util.ServiceLoader] and exports nothing. It is pure
/// Java over [lapce.ipc.api.Stream] and will never know a ring, a process or an operating system.
@NullMarked
module lapce.ipc.framing {
    requires lapce.ipc.api;
    requires static org.jspecify;

    provides lapce.ipc.api.spi.FramerProvider with lapce.ipc.framing.CanonicalFramerProvider;
}
