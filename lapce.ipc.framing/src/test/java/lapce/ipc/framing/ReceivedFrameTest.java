package lapce.ipc.framing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import lapce.ipc.api.Frame;
import lapce.ipc.api.Framer;
import lapce.ipc.api.MessageType;
import org.junit.jupiter.api.Test;

class ReceivedFrameTest {
    private static final MessageType OWN_TYPE = new MessageType(0xBEEF);

    private final QueueStream stream = new QueueStream();
    private final Framer framer = Frames.framer(stream);

    @Test
    void payloadIsAReadOnlyViewOfItsExactLength() throws IOException {
        framer.send(OWN_TYPE, Frames.pattern(10));
        MemorySegment payload = framer.receive().payload();
        assertTrue(payload.isReadOnly());
        assertEquals(10, payload.byteSize());
        assertArrayEquals(Frames.pattern(10), payload.toArray(ValueLayout.JAVA_BYTE));
        assertThrows(IllegalArgumentException.class, () -> payload.set(ValueLayout.JAVA_BYTE, 0, (byte) 1));
    }

    @Test
    void oneObjectServesAllFrames() throws IOException {
        framer.send(OWN_TYPE, Frames.pattern(10));
        framer.send(MessageType.DATA, Frames.pattern(3));
        Frame first = framer.receive();
        assertEquals(10, first.payloadLength());
        assertSame(first, framer.receive());
        assertEquals(3, first.payloadLength());
        assertEquals(MessageType.DATA, first.type());
    }

    @Test
    void typeOfEqualFramesIsTheSameObject() throws IOException {
        framer.send(OWN_TYPE, new byte[0]);
        framer.send(OWN_TYPE, new byte[0]);
        MessageType type = framer.receive().type();
        assertEquals(OWN_TYPE, type);
        assertSame(type, framer.receive().type());
    }

    @Test
    void keptCopyOutlivesTheNextFrame() throws IOException {
        framer.send(OWN_TYPE, Frames.pattern(10));
        framer.send(OWN_TYPE, new byte[10]);
        byte[] kept = framer.receive().toByteArray();
        framer.receive();
        assertArrayEquals(Frames.pattern(10), kept);
    }

    @Test
    void textNamesTheFields() throws IOException {
        framer.send(MessageType.RESPONSE, Frame.IS_RESPONSE, -1, MemorySegment.ofArray(new byte[2]));
        assertEquals("Frame[type=RESPONSE, flags=0x20, id=18446744073709551615, payloadLength=2]",
                framer.receive().toString());
    }
}
