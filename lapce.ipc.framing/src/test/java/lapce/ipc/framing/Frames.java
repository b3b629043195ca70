package lapce.ipc.framing;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import java.util.zip.CRC32;
import lapce.ipc.api.Frame;
import lapce.ipc.api.Framer;
import lapce.ipc.api.Framer.OnCorruptFrame;
import lapce.ipc.api.MessageType;

/// Frames as bytes, for tests.
final class Frames {
    /// The first golden vector.
    static final String HEARTBEAT = "4350414c0100010000000000010000000000000032c0a7d6";

    private Frames() {}

    static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    /// What a framer puts into a stream.
    static byte[] encoded(MessageType type, int flags, long id, byte[] payload) throws IOException {
        QueueStream stream = new QueueStream(Frame.HEADER_BYTES + payload.length);
        framer(stream).send(type, flags, id, MemorySegment.ofArray(payload));
        return stream.messages.remove();
    }

    /// What a framer makes of a message; throws if it is refused.
    static Frame decoded(byte[] message) throws IOException {
        QueueStream stream = new QueueStream(0);
        stream.messages.add(message);
        return framer(stream).receive();
    }

    static Framer framer(QueueStream stream) {
        return new CanonicalFramer(stream, OnCorruptFrame.CLOSE);
    }

    /// The message with one byte replaced and, so that the change is what is refused, a matching checksum.
    static byte[] withByte(byte[] message, int offset, int value) {
        byte[] changed = message.clone();
        changed[offset] = (byte) value;
        return sealed(changed);
    }

    /// Puts the right checksum in.
    static byte[] sealed(byte[] message) {
        MemorySegment frame = MemorySegment.ofArray(message);
        FrameHeader.crc32(frame, 0);
        CRC32 crc32 = new CRC32();
        crc32.update(message);
        FrameHeader.crc32(frame, (int) crc32.getValue());
        return message;
    }

    static byte[] pattern(int length) {
        byte[] payload = new byte[length];
        for (int i = 0; i < length; i++) {
            payload[i] = (byte) (31 * i + 7);
        }
        return payload;
    }
}
