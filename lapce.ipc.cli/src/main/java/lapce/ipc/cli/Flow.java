package lapce.ipc.cli;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import lapce.ipc.api.Frame;
import lapce.ipc.api.Framer;
import lapce.ipc.api.IpcException;
import lapce.ipc.api.MessageType;

/// Numbered messages in one direction. The receiving end checks count, order and content, and confirms them at the end.
final class Flow {
    private final Framer framer;
    private final MemorySegment payload;

    Flow(Framer framer, int payloadBytes) {
        this.framer = framer;
        this.payload = Arena.ofAuto().allocate(payloadBytes, Long.BYTES);
    }

    /// Sends messages 0 … count - 1 and returns when the peer has checked them all.
    void send(long count) throws IOException {
        for (long sequence = 0; sequence < count; sequence++) {
            NumberedPayload.fill(payload, sequence);
            framer.send(MessageType.DATA, 0, sequence, payload);
        }
        expect(MessageType.CONTROL, count);
    }

    /// Receives messages 0 … count - 1, and tells the peer so.
    void receive(long count) throws IOException {
        for (long sequence = 0; sequence < count; sequence++) {
            expectNumbered(sequence);
        }
        framer.send(MessageType.CONTROL, 0, count, MemorySegment.NULL);
    }

    /// Answers requests 0 … count - 1.
    void answer(long count) throws IOException {
        for (long sequence = 0; sequence < count; sequence++) {
            Frame request = expectNumbered(sequence);
            framer.send(MessageType.RESPONSE, Frame.IS_RESPONSE, sequence, request.payload());
        }
    }

    private Frame expectNumbered(long sequence) throws IOException {
        Frame frame = expect(MessageType.DATA, sequence);
        if (frame.payloadLength() != payload.byteSize() || !NumberedPayload.matches(frame.payload(), sequence)) {
            throw new IpcException("wrong content: endpoint=" + framer.stream().endpoint() + ", message=" + sequence);
        }
        return frame;
    }

    private Frame expect(MessageType type, long sequence) throws IOException {
        Frame frame = framer.receive();
        if (frame == null || !frame.type().equals(type) || frame.id() != sequence) {
            throw new IpcException("wrong message: endpoint=" + framer.stream().endpoint() + ", expected=" + type + " "
                    + sequence + ", received=" + (frame == null ? "end of stream" : frame.type() + " " + frame.id()));
        }
        return frame;
    }
}
