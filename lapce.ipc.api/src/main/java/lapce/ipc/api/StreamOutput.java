package lapce.ipc.api;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/// A stream's sending side for programs that write bytes.
final class StreamOutput extends OutputStream {
    private final Stream stream;
    private boolean closed;

    StreamOutput(Stream stream) {
        this.stream = stream;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    /// Sends pieces that fit the ring whole, so that the reader can start before the writer ends.
    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (closed) {
            throw new ClosedException("output was closed: endpoint=" + stream.endpoint());
        }
        MemorySegment source = MemorySegment.ofArray(bytes);
        int end = offset + length;
        for (int at = offset; at < end; ) {
            int count = Math.min(end - at, stream.maxClaimLength());
            stream.send(source.asSlice(at, count), Stream.FOREVER);
            at += count;
        }
    }

    @Override
    public void close() throws IOException {
        if (!closed && stream.isOpen()) {
            stream.closeOutput();
        }
        closed = true;
    }
}
