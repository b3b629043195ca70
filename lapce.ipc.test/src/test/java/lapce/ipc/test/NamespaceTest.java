package lapce.ipc.test;

import static lapce.ipc.test.contract.Pair.SOON;
import static lapce.ipc.test.contract.Pair.freshEndpoint;
import static lapce.ipc.test.contract.Pair.message;
import static lapce.ipc.test.contract.Pair.receiveText;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import lapce.ipc.api.Ipc;
import lapce.ipc.api.Listener;
import lapce.ipc.api.PeerGoneException;
import lapce.ipc.api.Stream;
import lapce.ipc.test.contract.Background;
import lapce.ipc.test.process.Peer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/// Processes of several PID namespaces, as containers that share `/dev/shm` are: each is process 1 where it lives.
@EnabledOnOs(OS.LINUX)
class NamespaceTest {
    private final String endpoint = freshEndpoint("shm");
    private final SharedObjects objects = new SharedObjects(endpoint);

    @BeforeEach
    void mayUnshare() throws Exception {
        assumeTrue(SharedMemorySizeTest.mayMount(), "not run: a PID namespace of its own needs root");
    }

    @AfterEach
    void nothingRemains() {
        Background.await("nothing of " + endpoint + " under /dev/shm", () -> objects.names().isEmpty());
    }

    @Test
    void aServerOfAnotherNamespaceIsMissedAndSwept() throws Exception {
        try (PeerProcess server = PeerProcess.inNamespace(Peer.Role.SERVE, endpoint).awaitReady();
                Stream stream = Ipc.connect(endpoint)) {
            assertThreeMessages(stream);
            server.kill();
            assertThrows(PeerGoneException.class, () -> stream.receive(SOON));
            Ipc.bind(endpoint).close();
        }
    }

    @Test
    void clientsWithTheSameProcessIdAreToldApart() throws Exception {
        try (Listener listener = Ipc.bind(endpoint);
                PeerProcess one = PeerProcess.inNamespace(Peer.Role.SEND_AND_STAY, endpoint).awaitReady();
                Stream ofOne = listener.accept(SOON);
                PeerProcess other = PeerProcess.inNamespace(Peer.Role.SEND_AND_STAY, endpoint).awaitReady();
                Stream ofOther = listener.accept(SOON)) {
            assertThreeMessages(ofOne);
            assertThreeMessages(ofOther);
            one.kill();
            assertThrows(PeerGoneException.class, () -> ofOne.receive(SOON));
            ofOther.send(message("still there"));
            other.kill();
            assertThrows(PeerGoneException.class, () -> ofOther.receive(SOON));
        }
    }

    private static void assertThreeMessages(Stream stream) throws IOException {
        for (int i = 1; i <= 3; i++) {
            assertEquals("message " + i, receiveText(stream));
        }
    }
}
