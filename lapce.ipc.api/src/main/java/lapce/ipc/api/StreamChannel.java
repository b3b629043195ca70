package lapce.ipc.api;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/// Both sides of a stream for programs that speak `ByteChannel`.
final class StreamChannel implements ByteChannel {
    private final Stream stream;
    private @Nullable ByteBuffer message = ByteBuffer.allocate(0);

    StreamChannel(Stream stream) {
        this.stream = stream;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        ensureOpen();
        if (!target.hasRemaining()) {
            return 0;
        }
        while (message != null && !message.hasRemaining()) {
            byte[] next = stream.receive();
            message = next == null ? null : ByteBuffer.wrap(next);
        }
        if (message == null) {
            return -1;
        }
        int count = Math.min(target.remaining(), message.remaining());
        target.put(message.slice(message.position(), count));
        message.position(message.position() + count);
        return count;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        ensureOpen();
        int length = source.remaining();
        while (source.hasRemaining()) {
            int count = Math.min(source.remaining(), stream.maxClaimLength());
            stream.send(MemorySegment.ofBuffer(source).asSlice(0, count), Stream.FOREVER);
            source.position(source.position() + count);
        }
        return length;
    }

    @Override
    public boolean isOpen() {
        return stream.isOpen();
    }

    @Override
    public void close() {
        stream.close();
    }

    private void ensureOpen() throws ClosedChannelException {
        if (!stream.isOpen()) {
            throw new ClosedChannelException();
        }
    }
}
