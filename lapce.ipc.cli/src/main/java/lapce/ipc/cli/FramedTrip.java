package lapce.ipc.cli;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import lapce.ipc.api.Frame;
import lapce.ipc.api.Framer;
import lapce.ipc.api.IpcException;
import lapce.ipc.api.MessageType;
import lapce.ipc.api.PeerGoneException;

/// A round trip of a frame, whose every byte is checked when it is back.
final class FramedTrip implements Trip {
    private final Framer framer;
    private final MemorySegment payload;
    private final Duration patience;

    /// @param framer leads to a peer that echoes
    /// @param payloadBytes the length of each payload
    /// @param patience how long to wait for an answer
    FramedTrip(Framer framer, int payloadBytes, Duration patience) {
        this.framer = framer;
        this.payload = Arena.ofAuto().allocate(payloadBytes, Long.BYTES);
        this.patience = patience;
    }

    @Override
    public void make(long sequence) throws IOException {
        NumberedPayload.fill(payload, sequence);
        framer.send(MessageType.DATA, Frame.REQUEST, sequence, payload);
        Frame answer = framer.receive(patience);
        while (answer != null && answer.id() < sequence) { // came after its trip was given up
            answer = framer.receive(patience);
        }
        if (answer == null) {
            throw new PeerGoneException("the peer closed the connection: endpoint=" + framer.stream().endpoint());
        }
        if (answer.id() != sequence || answer.payloadLength() != payload.byteSize()
                || !NumberedPayload.matches(answer.payload(), sequence)) {
            throw new IpcException("the answer is not what was sent: endpoint=" + framer.stream().endpoint()
                    + ", sent=" + sequence + ", answered=" + answer.id());
        }
    }
}
