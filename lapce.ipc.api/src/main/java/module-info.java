import org.jspecify.annotations.NullMarked;

/// Inter-process communication through shared memory: bind or connect to a name, and hold a full-duplex stream.
///
/// Start with [lapce.ipc.api.Ipc]. This module holds no algorithm and no native call; transports and framing are other
/// modules, found by [java.util.ServiceLoader]. It will never know an operating system or a byte of shared memory.
@NullMarked
module lapce.ipc.api {
    requires static org.jspecify; // not transitive, for who compiles against this needs no JSpecify

    exports lapce.ipc.api;
    exports lapce.ipc.api.spi;

    uses lapce.ipc.api.spi.TransportProvider;
    uses lapce.ipc.api.spi.FramerProvider;
    uses lapce.ipc.api.spi.PollerProvider;
}
