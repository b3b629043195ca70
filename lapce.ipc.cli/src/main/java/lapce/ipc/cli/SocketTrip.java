package lapce.ipc.cli;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import lapce.ipc.api.Frame;
import lapce.ipc.api.PeerGoneException;

/// The same round trip over a Unix domain socket: as many bytes as a frame has, header included, checked likewise.
final class SocketTrip implements Trip, AutoCloseable {
    private final SocketChannel channel;
    private final ByteBuffer message;
    private final MemorySegment bytes;

    private SocketTrip(SocketChannel channel, int payloadBytes) {
        this.channel = channel;
        this.message = ByteBuffer.allocateDirect(messageBytes(payloadBytes));
        this.bytes = MemorySegment.ofBuffer(message);
    }

    static int messageBytes(int payloadBytes) {
        return Frame.HEADER_BYTES + payloadBytes;
    }

    static SocketTrip connect(Path path, int payloadBytes) throws IOException {
        return new SocketTrip(SocketChannel.open(UnixDomainSocketAddress.of(path)), payloadBytes);
    }

    @Override
    public void make(long sequence) throws IOException {
        NumberedPayload.fill(bytes, sequence);
        message.clear();
        while (message.hasRemaining()) {
            channel.write(message);
        }
        message.clear();
        while (message.hasRemaining()) {
            if (channel.read(message) < 0) {
                throw new PeerGoneException("peer gone: the demo's Unix domain socket");
            }
        }
        if (!NumberedPayload.matches(bytes, sequence)) {
            throw new IOException("wrong content over the Unix domain socket: message=" + sequence);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
