package lapce.ipc.api;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/// A stream's receiving side for programs that read bytes.
final class StreamInput extends InputStream {
    private final Stream stream;
    private byte[] message = {};
    private int position;

    StreamInput(Stream stream) {
        this.stream = stream;
    }

    @Override
    public int read() throws IOException {
        return fill() ? message[position++] & 0xff : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (length == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int count = Math.min(length, available());
        System.arraycopy(message, position, target, offset, count);
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

    /// Waits until a byte is there; false at the end of the stream, for good.
    private boolean fill() throws IOException {
        while (message != null && position == message.length) {
            message = stream.receive();
            position = 0;
        }
        return message != null;
    }
}
