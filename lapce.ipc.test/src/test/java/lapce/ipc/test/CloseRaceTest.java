package lapce.ipc.test;

import static lapce.ipc.test.contract.Pair.SOON;
import static lapce.ipc.test.contract.Pair.freshEndpoint;
import static lapce.ipc.test.contract.Pair.message;
import static lapce.ipc.test.contract.Pair.receiveText;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import lapce.ipc.api.ClosedException;
import lapce.ipc.api.Ipc;
import lapce.ipc.api.Listener;
import lapce.ipc.api.Options;
import lapce.ipc.api.PeerGoneException;
import lapce.ipc.api.Stream;
import lapce.ipc.api.WaitStrategy;
import lapce.ipc.test.contract.Background;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/// Both ends of many connections close at once, while threads are parked in them: memory is unmapped while others still mean
/// to wake somebody there. That must harm nobody else.
@EnabledOnOs(OS.LINUX)
class CloseRaceTest {
    private static final int ROUNDS = 60;
    private static final int PAIRS = 32;
    private static final Options OPTIONS = Options.DEFAULT
            .withRingBytes(Options.MIN_RING_BYTES)
            .withWaitStrategy(WaitStrategy.blocking(Duration.ZERO));

    @Test
    @Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void closingWhileThePeerAnswersHarmsNoOtherStream() throws Exception {
        String endpoint = freshEndpoint("shm");
        try (Listener listener = Ipc.bind(endpoint, OPTIONS);
                Stream bystander = Ipc.connect(endpoint, OPTIONS);
                Stream bystanding = listener.accept(SOON)) {
            for (int round = 0; round < ROUNDS; round++) {
                closeAll(endpoint, listener);
                bystander.send(message("up"));
                assertEquals("up", receiveText(bystanding));
                bystanding.send(message("down"));
                assertEquals("down", receiveText(bystander));
            }
            assertTrue(bystander.isOpen() && bystanding.isOpen());
            assertEquals(0, listener.rescuedWakeUps());
        }
    }

    /// To take memory from a thread that is in it, the JVM stops the thread's access, and sets its interrupt status: that would end
    /// what the thread waits for next.
    @Test
    @Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void whoUsesAStreamThatAnotherThreadClosesIsNotInterrupted() throws Exception {
        String endpoint = freshEndpoint("shm");
        try (Listener listener = Ipc.bind(endpoint, OPTIONS)) {
            for (int round = 0; round < 1000; round++) {
                Stream client = Ipc.connect(endpoint, OPTIONS);
                Stream server = listener.accept(SOON);
                Background<Boolean> receiving = Background.call(() -> isInterruptedBy(() -> client.poll((_, _, _) -> {}, 1)));
                Background<Boolean> sending = Background.call(() -> isInterruptedBy(() -> client.offer(MemorySegment.NULL)));
                Background<Boolean> answering = Background.call(() -> isInterruptedBy(() -> server.poll((_, _, _) -> {}, 1)));
                Thread.yield();
                client.close();
                server.close();
                assertFalse(receiving.get() | sending.get() | answering.get(), "interrupted in round " + round);
            }
        }
    }

    private static boolean isInterruptedBy(Background.Action use) throws Exception {
        try {
            for (;;) {
                use.run();
            }
        } catch (ClosedException | PeerGoneException e) {
            return Thread.interrupted();
        }
    }

    private static void closeAll(String endpoint, Listener listener) throws Exception {
        List<Stream> clients = new ArrayList<>();
        List<Background<byte[]>> receiving = new ArrayList<>();
        List<Background<byte[]>> answering = new ArrayList<>();
        for (int i = 0; i < PAIRS; i++) {
            Stream client = Ipc.connect(endpoint, OPTIONS);
            Stream server = listener.accept(SOON);
            clients.add(client);
            receiving.add(Background.call(() -> client.receive()));
            answering.add(Background.call(() -> receiveAndClose(server)));
        }
        receiving.forEach(Background::awaitParked);
        answering.forEach(Background::awaitParked);
        clients.forEach(Stream::close);
        for (int i = 0; i < PAIRS; i++) {
            assertThrows(ClosedException.class, receiving.get(i)::get);
            assertNull(answering.get(i).get(), "the end of the stream");
        }
    }

    private static byte[] receiveAndClose(Stream server) throws IOException {
        try (server) {
            return server.receive();
        }
    }
}
