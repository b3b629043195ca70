package lapce.ipc.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import lapce.ipc.api.Ipc;
import lapce.ipc.api.Listener;
import lapce.ipc.api.Options;
import lapce.ipc.api.Stream;
import lapce.ipc.api.WaitStrategy;

/// The systems that have a Java API, each in one way to use it.
enum Contender {
    /// Frames with checksum, both ends spinning.
    LAPCE_SPINNING("lapce-ipc", "framed, spinning"),
    /// No frames.
    LAPCE_RAW("lapce-ipc", "raw, spinning"),
    /// Frames, both ends parking at once.
    LAPCE_PARKING("lapce-ipc", "framed, blocking"),
    /// Frames, and the default: 20 µs of spinning, then parking.
    LAPCE_DEFAULT("lapce-ipc", "framed, default"),
    /// No checksum.
    AERON("Aeron IPC", "spinning"),
    /// No checksum; all is kept in files.
    CHRONICLE(Chronicle.PEER, "spinning"),
    /// The JDK's.
    UNIX_SOCKET("Unix domain socket", "blocking"),
    /// The JDK's, without Nagle's algorithm.
    TCP("TCP loopback", "blocking");

    /// Of a message.
    static final int LARGEST_BYTES = 1 << 20;

    static final Path SHARED_MEMORY = Path.of("/dev/shm");

    private static final int RING_BYTES = Integer.getInteger("bench.ring", 4 << 20);

    private final String peer;
    private final String mode;

    Contender(String peer, String mode) {
        this.peer = peer;
        this.mode = mode;
    }

    String peer() {
        return peer;
    }

    String mode() {
        return mode;
    }

    /// A path that nothing has.
    ///
    /// @param folder of this run
    Path place(Path folder) {
        return switch (this) {
            case AERON, CHRONICLE -> SHARED_MEMORY.resolve(folder.getFileName() + "-" + name());
            default -> folder.resolve(name().replace('_', '-') + "-" + ProcessHandle.current().pid());
        };
    }

    /// @param place a path that nothing has, for what needs one
    /// @param ready told the address for [#connect] once one can connect
    Link serve(Path place, Consumer<String> ready) throws IOException {
        return switch (this) {
            case LAPCE_SPINNING, LAPCE_RAW, LAPCE_PARKING, LAPCE_DEFAULT -> {
                String name = place.getFileName().toString();
                try (Listener listener = Ipc.bind(name, options())) {
                    ready.accept(name);
                    yield link(listener.accept());
                }
            }
            case AERON -> {
                AeronIpc server = AeronIpc.server(place);
                ready.accept(place.toString());
                yield server;
            }
            case CHRONICLE -> {
                Chronicle server = Chronicle.server(place);
                ready.accept(place.toString());
                yield server;
            }
            case UNIX_SOCKET -> {
                try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                    server.bind(UnixDomainSocketAddress.of(place));
                    ready.accept(place.toString());
                    yield new Sockets(server.accept());
                } finally {
                    Files.deleteIfExists(place);
                }
            }
            case TCP -> {
                try (ServerSocketChannel server = ServerSocketChannel.open()) {
                    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                    ready.accept(Integer.toString(((InetSocketAddress) server.getLocalAddress()).getPort()));
                    yield new Sockets(withoutDelay(server.accept()));
                }
            }
        };
    }

    Link connect(String address) throws IOException {
        return switch (this) {
            case LAPCE_SPINNING, LAPCE_RAW, LAPCE_PARKING, LAPCE_DEFAULT -> link(Ipc.connect(address, options()));
            case AERON -> AeronIpc.client(address);
            case CHRONICLE -> Chronicle.client(Path.of(address));
            case UNIX_SOCKET -> new Sockets(SocketChannel.open(UnixDomainSocketAddress.of(address)));
            case TCP -> {
                SocketAddress local = new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(address));
                yield new Sockets(withoutDelay(SocketChannel.open(local)));
            }
        };
    }

    private static SocketChannel withoutDelay(SocketChannel channel) throws IOException {
        return channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    }

    private Link link(Stream stream) {
        return this == LAPCE_RAW ? new LapceRaw(stream) : new LapceFramed(stream);
    }

    private Options options() {
        return Options.DEFAULT
                .withRingBytes(RING_BYTES)
                .withSlots(1, 1)
                .withWarmSlots(0)
                .withSendTimeout(Duration.ofMinutes(1))
                .withWaitStrategy(switch (this) {
                    case LAPCE_PARKING -> WaitStrategy.blocking(Duration.ZERO);
                    case LAPCE_DEFAULT -> WaitStrategy.DEFAULT;
                    default -> WaitStrategy.busySpin();
                });
    }
}
