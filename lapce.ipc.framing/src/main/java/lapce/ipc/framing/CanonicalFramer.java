package lapce.ipc.framing;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import lapce.ipc.api.CorruptFrameException;
import lapce.ipc.api.Frame;
import lapce.ipc.api.FrameHandler;
import lapce.ipc.api.Framer;
import lapce.ipc.api.IpcException;
import lapce.ipc.api.MessageType;
import lapce.ipc.api.Stream;
import org.jspecify.annotations.Nullable;

/// Canonical frames over a stream. The two sides share nothing but the stream, so each may have a thread of its own.
final class CanonicalFramer implements Framer {
    private final Stream stream;
    private final SendingSide sending;
    private final ReceivingSide receiving;

    CanonicalFramer(Stream stream, OnCorruptFrame policy) {
        this.stream = stream;
        this.sending = new SendingSide(stream);
        this.receiving = new ReceivingSide(stream, policy);
    }

    @Override
    public Stream stream() {
        return stream;
    }

    @Override
    public long send(MessageType type, MemorySegment payload) throws IOException {
        return sending.send(type, payload);
    }

    @Override
    public void send(MessageType type, int flags, long id, MemorySegment payload) throws IOException {
        sending.send(type, flags, id, payload);
    }

    @Override
    public boolean offer(MessageType type, int flags, long id, MemorySegment payload) throws IpcException {
        return sending.offer(type, flags, id, payload);
    }

    @Override
    public @Nullable Frame poll() throws IpcException {
        return receiving.poll();
    }

    @Override
    public int poll(FrameHandler handler, int limit) throws IpcException {
        return receiving.poll(handler, limit);
    }

    @Override
    public @Nullable Frame receive(Duration timeout) throws IOException {
        return receiving.receive(timeout);
    }

    @Override
    public long refused(CorruptFrameException.Reason reason) {
        return receiving.refused(reason);
    }

    @Override
    public void close() {
        stream.close();
    }
}
