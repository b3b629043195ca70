package lapce.ipc.cli;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/// Echoes bytes over a Unix domain socket, for one client.
final class SocketEcho implements AutoCloseable {
    private final ServerSocketChannel server;
    private final Path path;

    private SocketEcho(ServerSocketChannel server, Path path) {
        this.server = server;
        this.path = path;
    }

    static SocketEcho bind(Path path) throws IOException {
        SocketEcho echo = new SocketEcho(ServerSocketChannel.open(StandardProtocolFamily.UNIX), path);
        try {
            echo.server.bind(UnixDomainSocketAddress.of(path));
            path.toFile().deleteOnExit(); // closing does not run when the process is told to end
            return echo;
        } catch (IOException e) {
            echo.close();
            throw e;
        }
    }

    /// Echoes whole messages, so that never both ends write, until the client closes.
    void run(int messageBytes) throws IOException {
        ByteBuffer message = ByteBuffer.allocateDirect(messageBytes);
        try (SocketChannel client = server.accept()) {
            while (client.read(message) >= 0) {
                if (!message.hasRemaining()) {
                    message.flip();
                    while (message.hasRemaining()) {
                        client.write(message);
                    }
                    message.clear();
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        Files.deleteIfExists(path);
    }
}
