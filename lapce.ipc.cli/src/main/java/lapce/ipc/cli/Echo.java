package lapce.ipc.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import lapce.ipc.api.MessageHandler;
import lapce.ipc.api.Stream;

/// Sends messages back as they are, straight from one ring into the other.
final class Echo implements MessageHandler {
    private static final int BATCH = 64;

    private final Stream stream;

    Echo(Stream stream) {
        this.stream = stream;
    }

    /// Echoes until the peer closes its output, then closes its own.
    void run() throws IOException {
        try {
            while (stream.receive(this, BATCH) != Stream.END_OF_STREAM) {}
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        stream.closeOutput();
        stream.awaitDrained(Stream.FOREVER);
    }

    @Override
    public void onMessage(MemorySegment segment, long offset, int length) {
        try {
            stream.send(segment.asSlice(offset, length), Stream.FOREVER);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
