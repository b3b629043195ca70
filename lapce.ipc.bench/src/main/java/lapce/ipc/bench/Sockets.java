package lapce.ipc.bench;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;

/// A channel of bytes; each message is one write, and a read takes as much as is there.
final class Sockets implements Link {
    private static final int READ_BYTES = 256 << 10;

    private final SocketChannel channel;
    private final ByteBuffer out = ByteBuffer.allocateDirect(Contender.LARGEST_BYTES).order(ByteOrder.nativeOrder());
    private final ByteBuffer in =
            ByteBuffer.allocateDirect(Contender.LARGEST_BYTES + READ_BYTES).order(ByteOrder.nativeOrder());

    Sockets(SocketChannel channel) {
        this.channel = channel;
    }

    @Override
    public void send(long head, int length) throws IOException {
        out.clear().limit(length);
        out.putLong(0, head);
        while (out.hasRemaining()) {
            channel.write(out);
        }
    }

    @Override
    public void receive(Sink sink, int limit) throws IOException {
        int parsed = 0;
        while (parsed == 0) {
            if (channel.read(in) < 0) {
                throw new EOFException("the peer has ended");
            }
            int end = in.position();
            while (end - parsed >= Head.BYTES && end - parsed >= Head.length(in.getLong(parsed))) {
                long head = in.getLong(parsed);
                parsed += Head.length(head);
                sink.message(head, Head.length(head));
            }
        }
        in.flip().position(parsed);
        in.compact();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
