package lapce.ipc.shm;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InterruptedIOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import lapce.ipc.api.CorruptStreamException;
import lapce.ipc.api.Listener;
import lapce.ipc.api.Options;
import lapce.ipc.api.Stream;
import lapce.ipc.api.WouldBlockException;
import lapce.ipc.shm.layout.ConnectionLayout;
import lapce.ipc.shm.layout.RecordHeader;
import lapce.ipc.shm.mem.MemPlatform;
import lapce.ipc.shm.ring.RingControl;
import lapce.ipc.shm.ring.RingProducer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A peer that publishes empty fragments for ever holds nobody longer than he wants to be held.
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HostileFragmentsTest {
    private final MemPlatform platform = new MemPlatform();
    private final ShmTransport transport = new ShmTransport(platform);
    private Listener listener;
    private Stream client;
    private Stream server;
    private Thread peer;

    @BeforeEach
    void connect() throws Exception {
        listener = transport.bind("a", Options.DEFAULT);
        client = transport.connect("a", Options.DEFAULT);
        server = listener.accept();
        String name = platform.list("").stream()
                .filter(region -> region.endsWith("~s0g0"))
                .findFirst()
                .orElseThrow();
        MemorySegment memory = platform.open(name, 1).memory();
        RingProducer ring = new RingProducer(
                new RingControl(memory, ConnectionLayout.CLIENT_TO_SERVER),
                memory.asSlice(ConnectionLayout.RECORDS, Options.DEFAULT.ringBytes()));
        peer = Thread.ofPlatform().daemon().start(() -> flood(ring));
    }

    @AfterEach
    void close() throws Exception {
        peer.interrupt();
        peer.join();
        client.close();
        server.close();
        listener.close();
    }

    private static void flood(RingProducer ring) {
        int kind = RecordHeader.FIRST;
        try {
            while (!Thread.currentThread().isInterrupted()) {
                if (ring.claim(0) != RingProducer.NO_ROOM) {
                    ring.commit(kind);
                    kind = RecordHeader.MIDDLE;
                }
            }
        } catch (CorruptStreamException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void receiveEndsAtItsDeadline() {
        assertThrows(WouldBlockException.class, () -> server.receive(Duration.ofMillis(20)));
    }

    @Test
    void receiveEndsAtAnInterrupt() {
        Thread.currentThread().interrupt();
        assertThrows(InterruptedIOException.class, server::receive);
        assertTrue(Thread.interrupted());
    }
}
