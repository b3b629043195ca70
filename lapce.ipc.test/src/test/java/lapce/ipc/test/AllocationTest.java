package lapce.ipc.test;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import lapce.ipc.api.Claim;
import lapce.ipc.api.MessageHandler;
import lapce.ipc.api.Options;
import lapce.ipc.api.Stream;
import lapce.ipc.test.contract.Pair;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class AllocationTest {
    private static final int COUNT = 1_000_000;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final MemorySegment message = MemorySegment.ofArray(new byte[64]);
    private long received;
    private final MessageHandler handler = (segment, offset, length) -> received += length;

    /// Sends one message.
    private interface Sender {
        void send(Stream stream) throws IOException;
    }

    @Test
    void claimingAndPollingPlainMemoryAllocatesNothing() throws IOException {
        assertAllocatesNothing("mem", this::claim);
    }

    @Test
    void offeringAndPollingPlainMemoryAllocatesNothing() throws IOException {
        assertAllocatesNothing("mem", this::offer);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void claimingAndPollingSharedMemoryAllocatesNothing() throws IOException {
        assertAllocatesNothing("shm", this::claim);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void offeringAndPollingSharedMemoryAllocatesNothing() throws IOException {
        assertAllocatesNothing("shm", this::offer);
    }

    private void claim(Stream stream) throws IOException {
        Claim claim = stream.tryClaim(64);
        claim.segment().set(JAVA_LONG, claim.offset(), received);
        claim.commit();
    }

    private void offer(Stream stream) throws IOException {
        assertTrue(stream.offer(message));
    }

    private void assertAllocatesNothing(String scheme, Sender sender) throws IOException {
        try (Pair pair = Pair.open(scheme, Options.DEFAULT)) {
            sendAndPoll(pair, sender);
            received = 0;
            long before = THREADS.getCurrentThreadAllocatedBytes();
            sendAndPoll(pair, sender);
            long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
            assertEquals(64L * COUNT, received);
            assertTrue(allocated < COUNT, () -> "allocated bytes=" + allocated); // less than one each: none
        }
    }

    private void sendAndPoll(Pair pair, Sender sender) throws IOException {
        for (int i = 0; i < COUNT; i++) {
            sender.send(pair.client());
            pair.server().poll(handler, 1);
        }
    }
}
