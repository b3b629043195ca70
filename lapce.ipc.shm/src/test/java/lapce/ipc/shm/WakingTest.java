package lapce.ipc.shm;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import lapce.ipc.api.Listener;
import lapce.ipc.api.Options;
import lapce.ipc.api.Stream;
import lapce.ipc.api.WaitStrategy;
import lapce.ipc.shm.mem.MemPlatform;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// No wake is lost: threads that park at once wait for each other very often. A lost wake is a wait for ever, which the
/// time limit ends. Which fences that needs shows `WakingModelTest`.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WakingTest {
    private static final int ROUNDS = 100_000;
    private static final Options OPTIONS = Options.DEFAULT
            .withRingBytes(Options.MIN_RING_BYTES)
            .withWaitStrategy(WaitStrategy.blocking(Duration.ZERO))
            .withSendTimeout(Stream.FOREVER);

    private final ShmTransport transport = new ShmTransport(new MemPlatform());
    private Listener listener;
    private Stream client;
    private Stream server;

    @BeforeEach
    void connect() throws IOException {
        listener = transport.bind("a", OPTIONS);
        client = transport.connect("a", OPTIONS);
        server = listener.accept();
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
        listener.close();
    }

    @Test
    void pingPongOfParkedPlatformThreadsComesToItsEnd() throws Exception {
        pingPong(ROUNDS, Thread.ofPlatform().daemon());
    }

    @Test
    void pingPongWithAVirtualThreadComesToItsEnd() throws Exception {
        pingPong(ROUNDS / 10, Thread.ofVirtual());
    }

    @Test
    void senderThatWaitsForRoomIsWokenEachTime() throws Exception {
        int count = ROUNDS;
        FutureTask<Void> sending = new FutureTask<>(() -> {
            MemorySegment message = Arena.ofAuto().allocate(500, 8);
            for (int i = 0; i < count; i++) {
                message.set(JAVA_INT, 0, i);
                client.send(message);
            }
            client.closeOutput();
            client.awaitDrained(Stream.FOREVER);
            return null;
        });
        Thread.ofPlatform().daemon().start(sending);
        int[] next = new int[1];
        while (server.receive((segment, offset, _) -> assertEquals(next[0]++, segment.get(JAVA_INT, offset)), 3)
                != Stream.END_OF_STREAM) {}
        assertEquals(count, next[0]);
        sending.get();
    }

    @Test
    void closeWakesThePeerThatWaits() throws Exception {
        FutureTask<byte[]> waiting = new FutureTask<>(server::receive);
        Thread.ofPlatform().daemon().start(waiting);
        Thread.sleep(20); // long enough to park; when it was not, the test is weaker but right
        client.close();
        assertNull(waiting.get());
    }

    private void pingPong(int rounds, Thread.Builder builder) throws Exception {
        FutureTask<Void> echo = new FutureTask<>(() -> {
            for (int i = 0; i < rounds; i++) {
                server.send(MemorySegment.ofArray(server.receive()));
            }
            return null;
        });
        builder.start(echo);
        byte[] message = new byte[4];
        for (int i = 0; i < rounds; i++) {
            MemorySegment.ofArray(message).set(JAVA_INT.withByteAlignment(1), 0, i);
            client.send(MemorySegment.ofArray(message));
            byte[] answer = client.receive();
            assertEquals(i, MemorySegment.ofArray(answer).get(JAVA_INT.withByteAlignment(1), 0));
        }
        echo.get();
    }
}
