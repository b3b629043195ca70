package lapce.ipc.test;

import static lapce.ipc.test.contract.Pair.freshEndpoint;
import static lapce.ipc.test.contract.Pair.message;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import lapce.ipc.api.Ipc;
import lapce.ipc.api.Listener;
import lapce.ipc.api.Stream;
import lapce.ipc.api.WouldBlockException;
import lapce.ipc.test.process.Peer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/// A process that is stopped, as by a debugger or a long collection, is alive: nobody gives it up, and it loses nothing.
@EnabledOnOs(OS.LINUX)
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PauseTest {
    private static final Duration SERVER_PAUSE = Duration.ofSeconds(5);
    private static final Duration CLIENT_PAUSE = Duration.ofSeconds(10);

    private final String endpoint = freshEndpoint("shm");

    @Test
    void aStoppedServerLosesNothingAndIsNotTakenForDead() throws Exception {
        try (PeerProcess server = new PeerProcess(Peer.Role.ECHO_PARKED, endpoint).awaitReady()) {
            try (Stream stream = Ipc.connect(endpoint, Peer.PARKED)) {
                assertEchoed(stream, "before");
                server.stop();
                stream.send(message("meanwhile"));
                assertThrows(WouldBlockException.class, () -> stream.receive(SERVER_PAUSE), "and not that it is gone");
                try (Stream another = Ipc.connect(endpoint, Peer.PARKED)) {
                    assertTrue(another.isOpen(), "it serves, in its time");
                }
                server.goOn();
                assertArrayEquals("meanwhile".getBytes(), stream.receive());
                assertEchoed(stream, "after");
            }
            server.awaitOrderlyEnd();
        }
        assertEquals(List.of(), new SharedObjects(endpoint).names());
    }

    @Test
    void aStoppedClientLosesNothingAndIsNotTakenForDead() throws Exception {
        try (Listener listener = Ipc.bind(endpoint);
                PeerProcess client = new PeerProcess(Peer.Role.SEND_AND_STAY, endpoint).awaitReady();
                Stream stream = listener.accept()) {
            client.stop();
            for (int i = 1; i <= 3; i++) {
                assertArrayEquals(("message " + i).getBytes(), stream.receive());
            }
            assertThrows(WouldBlockException.class, () -> stream.receive(CLIENT_PAUSE), "and not that it is gone");
            stream.send(message("kept for it"));
            client.goOn();
            assertThrows(WouldBlockException.class, () -> stream.receive(Duration.ofMillis(100)));
            assertTrue(stream.isOpen());
            assertEquals(0, listener.rescuedWakeUps());
        }
    }

    private static void assertEchoed(Stream stream, String text) throws Exception {
        stream.send(message(text));
        assertArrayEquals(text.getBytes(), stream.receive());
    }
}
