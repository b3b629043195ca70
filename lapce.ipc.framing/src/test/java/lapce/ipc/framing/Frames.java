package lapce.ipc.framing;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
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

    private static final int PAYLOAD_LENGTH_OFFSET = 8;
    private static final int CRC32_OFFSET = 20;

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
        ByteBuffer frame = ByteBuffer.wrap(message).order(LITTLE_ENDIAN);
        frame.putInt(CRC32_OFFSET, 0);
        CRC32 crc32 = new CRC32();
        crc32.update(message);
        frame.putInt(CRC32_OFFSET, (int) crc32.getValue());
        return message;
    }

    /// Changes what the header says, without a matching checksum.
    static void announce(byte[] message, long payloadLength) {
        ByteBuffer.wrap(message).order(LITTLE_ENDIAN).putInt(PAYLOAD_LENGTH_OFFSET, (int) payloadLength);
    }

    static byte[] pattern(int length) {
        byte[] payload = new byte[length];
        for (int i = 0; i < length; i++) {
            payload[i] = (byte) (31 * i + 7);
        }
        return payload;
    }
}
