package lapce.ipc.bench;

import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import lapce.ipc.api.Frame;
import lapce.ipc.api.FrameHandler;
import lapce.ipc.api.Framer;
import lapce.ipc.api.MessageType;
import lapce.ipc.api.Stream;

/// Frames with their checksum; a received frame is checked in memory of the receiver's own (ADR 3).
final class LapceFramed implements Link, FrameHandler {
    private final Framer framer;
    private MemorySegment payload = MemorySegment.NULL;
    private Sink sink;

    LapceFramed(Stream stream) {
        this.framer = Framer.over(stream);
    }

    @Override
    public void send(long head, int length) throws IOException {
        if (payload.byteSize() != length) {
            payload = Arena.ofAuto().allocate(length, Long.BYTES);
        }
        payload.set(JAVA_LONG_UNALIGNED, 0, head);
        framer.send(MessageType.DATA, 0, head, payload);
    }

    @Override
    public void receive(Sink sink, int limit) throws IOException {
        this.sink = sink;
        int count = framer.poll(this, limit);
        if (count == 0) {
            Frame frame = framer.receive();
            if (frame == null) {
                throw new EOFException("the peer has ended");
            }
            onFrame(frame);
        } else if (count < 0) {
            throw new EOFException("the peer has ended");
        }
    }

    @Override
    public void onFrame(Frame frame) {
        sink.message(frame.payload().get(JAVA_LONG_UNALIGNED, 0), frame.payloadLength());
    }

    @Override
    public void close() {
        framer.close();
    }
}
