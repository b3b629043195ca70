package lapce.ipc.api;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A stream's receiving side for programs that read bytes.
final class StreamInput extends InputStream {
    private final Stream stream;
    private byte @Nullable [] message = {};
    private int position;

    StreamInput(Stream stream) {
        this.stream = stream;
    }

    @Override
    public int read() throws IOException {
        byte[] source = filled();
        return source == null ? -1 : source[position++] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (length == 0) {
            return 0;
        }
        byte[] source = filled();
        if (source == null) {
            return -1;
        }
        int count = Math.min(length, available());
        System.arraycopy(source, position, target, offset, count);
        position += count;
        return count;
    }

    @Override
    public int available() {
        return message == null ? 0 : message.length - position;
    }

    @Override
    public void close() {
        stream.close();
    }

    /// Waits until a byte is there, and returns what it is in; null at the end of the stream, for good.
    private byte @Nullable [] filled() throws IOException {
        while (message != null && position == message.length) {
            message = stream.receive();
            position = 0;
        }
        return message;
    }
}
