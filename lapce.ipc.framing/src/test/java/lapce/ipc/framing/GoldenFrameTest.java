package lapce.ipc.framing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import lapce.ipc.api.Frame;
import lapce.ipc.api.MessageType;
import org.junit.jupiter.api.Test;

/// The golden vectors of `doc/wire.md`, computed with another implementation.
class GoldenFrameTest {
    private static final int MIB_10 = 10_485_760;
    private static final String HEADER_OF_MIB_10 = "4350414c010002000000a00007000000000000005732db99";

    @Test
    void heartbeatWithoutPayload() throws IOException {
        assertGolden(Frames.HEARTBEAT, MessageType.HEARTBEAT, 0, 1, new byte[0]);
    }

    @Test
    void dataWithText() throws IOException {
        assertGolden(
                "4350414c010002000d0000003930000000000000072f909d48656c6c6f2c20576f726c6421",
                MessageType.DATA, 0, 12345, "Hello, World!".getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void requestWithSixteenBytes() throws IOException {
        assertGolden(
                "4350414c011003001000000008070605040302010ac83c14000102030405060708090a0b0c0d0e0f",
                MessageType.CONTROL, Frame.REQUEST, 0x0102030405060708L,
                Frames.bytes("000102030405060708090a0b0c0d0e0f"));
    }

    @Test
    void responseWithTheHighestId() throws IOException {
        assertGolden(
                "4350414c0120040001000000ffffffffffffffff9684388d00",
                MessageType.RESPONSE, Frame.IS_RESPONSE, -1, new byte[1]);
    }

    @Test
    void longestFrame() throws IOException {
        byte[] payload = Frames.pattern(MIB_10);
        String hex = HEADER_OF_MIB_10 + HexFormat.of().formatHex(payload);
        assertGolden(hex, MessageType.DATA, 0, 7, payload);
    }

    @Test
    void longestFrameWhenItDoesNotFitAClaim() throws IOException {
        byte[] payload = Frames.pattern(MIB_10);
        QueueStream stream = new QueueStream(64 << 10);
        Frames.framer(stream).send(MessageType.DATA, 0, 7, MemorySegment.ofArray(payload));
        byte[] message = stream.messages.remove();
        assertArrayEquals(Frames.bytes(HEADER_OF_MIB_10), Arrays.copyOf(message, Frame.HEADER_BYTES));
        assertArrayEquals(payload, Arrays.copyOfRange(message, Frame.HEADER_BYTES, message.length));
    }

    private static void assertGolden(String hex, MessageType type, int flags, long id, byte... payload)
            throws IOException {
        assertArrayEquals(Frames.bytes(hex), Frames.encoded(type, flags, id, payload));
        Frame frame = Frames.decoded(Frames.bytes(hex));
        assertEquals(type, frame.type());
        assertEquals(flags, frame.flags());
        assertEquals(id, frame.id());
        assertArrayEquals(payload, frame.toByteArray());
    }
}
