package lapce.ipc.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.TimeUnit;
import lapce.ipc.api.Ipc;
import lapce.ipc.api.Stream;
import lapce.ipc.test.contract.Background;
import lapce.ipc.test.contract.Pair;
import lapce.ipc.test.process.Peer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/// Two processes that park at every wait, for data and for room in both directions, for `waking.seconds`. Nothing here has
/// a time limit but the test: one wake that is missed stops it for ever. Which fence is needed for that shows `WakingModelTest`.
@EnabledOnOs(OS.LINUX)
class WakeStressTest {
    private static final long NANOS = TimeUnit.SECONDS.toNanos(Integer.getInteger("waking.seconds", 5));
    private static final int LENGTH = 300; // about a dozen fill a ring

    @Test
    @Timeout(value = 3600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void noWakeIsMissed() throws Exception {
        String endpoint = Pair.freshEndpoint("shm");
        try (PeerProcess echo = new PeerProcess(Peer.Role.ECHO_PARKED, endpoint).awaitReady();
                Stream stream = Ipc.connect(endpoint, Peer.PARKED)) {
            Background<Long> sending = Background.call(() -> sendForSomeTime(stream));
            long received = 0;
            for (byte[] message = stream.receive(); message != null; message = stream.receive()) {
                assertEquals(received++, MemorySegment.ofArray(message).get(ValueLayout.JAVA_LONG_UNALIGNED, 0));
            }
            assertEquals(sending.get(), received);
            assertTrue(received > 1000, "received=" + received);
            echo.awaitOrderlyEnd();
        }
    }

    /// Now and then one message alone, whose echo is waited for, so that both ends come to rest.
    private static long sendForSomeTime(Stream stream) throws Exception {
        MemorySegment message = MemorySegment.ofArray(new byte[LENGTH]);
        long start = System.nanoTime();
        long sent = 0;
        while (System.nanoTime() - start < NANOS) {
            message.set(ValueLayout.JAVA_LONG_UNALIGNED, 0, sent++);
            stream.send(message);
            if (sent % 64 == 0) {
                stream.awaitDrained(Stream.FOREVER);
            }
        }
        stream.closeOutput();
        return sent;
    }
}
