package lapce.ipc.framing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import lapce.ipc.api.CorruptFrameException.Reason;
import lapce.ipc.api.Framer;
import lapce.ipc.api.MessageType;
import org.junit.jupiter.api.Test;

class CanonicalFramerTest {
    private final QueueStream stream = new QueueStream();

    @Test
    void framerIsFoundAsAService() {
        Framer framer = Framer.over(stream);
        assertInstanceOf(CanonicalFramer.class, framer);
        assertSame(stream, framer.stream());
    }

    @Test
    void sendTellsTheId() throws IOException {
        Framer framer = Framer.over(stream);
        assertEquals(1, framer.send(MessageType.DATA, new byte[3]));
        assertEquals(2, framer.send(MessageType.DATA, new byte[0]));
    }

    @Test
    void offerTellsWhetherThereWasRoom() throws IOException {
        Framer framer = Framer.over(stream);
        stream.room = 1;
        assertTrue(framer.offer(MessageType.DATA, 0, 7, MemorySegment.ofArray(new byte[3])));
        assertFalse(framer.offer(MessageType.DATA, 0, 8, MemorySegment.ofArray(new byte[3])));
        assertEquals(7, framer.receive().id());
    }

    @Test
    void closeClosesTheStreamAndASecondOneDoesNothing() {
        Framer framer = Framer.over(stream);
        framer.close();
        assertFalse(stream.isOpen());
        framer.close();
    }

    @Test
    void nothingIsRefusedAtFirst() {
        Framer framer = Framer.over(stream, Framer.OnCorruptFrame.SKIP);
        for (Reason reason : Reason.values()) {
            assertEquals(0, framer.refused(reason));
        }
    }
}
