package lapce.ipc.framing;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import lapce.ipc.api.Frame;
import lapce.ipc.api.Framer;
import lapce.ipc.api.MessageHandler;
import lapce.ipc.api.MessageType;
import org.junit.jupiter.api.Test;

class AllocationTest {
    private static final int COUNT = 1_000_000;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /// Holds the one message last sent, and hands it out each time.
    private static final class LoopStream extends QueueStream {
        private MemorySegment memory;
        private int length;

        private LoopStream() {
            super(64 << 10);
        }

        @Override
        void committed(MemorySegment memory, long offset, int length) {
            this.memory = memory;
            this.length = length;
        }

        @Override
        public void send(MemorySegment head, MemorySegment body, Duration timeout) {}

        @Override
        public int poll(MessageHandler handler, int limit) {
            handler.onMessage(memory, CLAIM_OFFSET, length);
            return 1;
        }
    }

    private final LoopStream stream = new LoopStream();
    private final Framer framer = Frames.framer(stream);
    private final MemorySegment payload = MemorySegment.ofArray(Frames.pattern(64));

    @Test
    void sendingAllocatesNothing() throws IOException {
        sendMany();
        long before = THREADS.getCurrentThreadAllocatedBytes();
        sendMany();
        assertLessThanAByteEach(THREADS.getCurrentThreadAllocatedBytes() - before);
    }

    @Test
    void sendingWithoutRoomAllocatesNothing() throws IOException {
        stream.room = 0;
        sendingAllocatesNothing();
    }

    @Test
    void pollingAllocatesNothing() throws IOException {
        framer.send(new MessageType(0xBEEF), payload);
        pollMany();
        long before = THREADS.getCurrentThreadAllocatedBytes();
        pollMany();
        assertLessThanAByteEach(THREADS.getCurrentThreadAllocatedBytes() - before);
    }

    private void sendMany() throws IOException {
        for (int i = 0; i < COUNT; i++) {
            framer.send(MessageType.DATA, payload);
        }
    }

    private void pollMany() throws IOException {
        long sum = 0;
        for (int i = 0; i < COUNT; i++) {
            Frame frame = framer.poll();
            sum += frame.id() + frame.type().code() + frame.payloadLength();
        }
        assertTrue(sum > 0);
    }

    private static void assertLessThanAByteEach(long bytes) {
        assertTrue(bytes < COUNT, () -> "allocated bytes=" + bytes);
    }
}
