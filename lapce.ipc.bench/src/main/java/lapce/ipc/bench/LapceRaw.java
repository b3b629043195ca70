package lapce.ipc.bench;

import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import lapce.ipc.api.MessageHandler;
import lapce.ipc.api.Stream;

/// The stream itself, without frames and checksum.
final class LapceRaw implements Link, MessageHandler {
    private final Stream stream;
    private final MemorySegment received = Arena.ofAuto().allocate(Contender.LARGEST_BYTES, Long.BYTES);
    private MemorySegment payload = MemorySegment.NULL;
    private Sink sink;

    LapceRaw(Stream stream) {
        this.stream = stream;
    }

    @Override
    public void send(long head, int length) throws IOException {
        if (payload.byteSize() != length) {
            payload = Arena.ofAuto().allocate(length, Long.BYTES);
        }
        payload.set(JAVA_LONG_UNALIGNED, 0, head);
        stream.send(payload, Stream.FOREVER);
    }

    @Override
    public void receive(Sink sink, int limit) throws IOException {
        this.sink = sink;
        if (stream.receive(this, limit) == Stream.END_OF_STREAM) {
            throw new EOFException("the peer has ended");
        }
    }

    @Override
    public void onMessage(MemorySegment segment, long offset, int length) {
        MemorySegment.copy(segment, offset, received, 0, length);
        sink.message(received.get(JAVA_LONG_UNALIGNED, 0), length);
    }

    @Override
    public void close() {
        stream.close();
    }
}
