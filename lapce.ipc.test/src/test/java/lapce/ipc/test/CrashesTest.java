package lapce.ipc.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.util.List;
import lapce.ipc.api.Ipc;
import lapce.ipc.test.contract.Pair;
import lapce.ipc.test.process.Crashes;
import lapce.ipc.test.process.Peer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class CrashesTest {
    @Test
    void aCrashOfAProcessIsFoundAndAKillIsNone() throws Exception {
        String endpoint = Pair.freshEndpoint("shm");
        try (PeerProcess killed = new PeerProcess(Peer.Role.SERVE, endpoint).awaitReady()) {
            killed.killAlive();
        }
        assertEquals(List.of(), Crashes.files());
        List<String> command = PeerProcess.command(Peer.Role.SERVE, endpoint);
        command.add(1, "-XX:-CreateCoredumpOnCrash");
        try (PeerProcess crashed = new PeerProcess(command).awaitReady()) {
            crashed.crash();
        }
        try {
            String found = assertThrows(AssertionError.class, () -> new Crashes().afterAll(null)).getMessage();
            assertTrue(found.contains("SIGSEGV"), found);
        } finally {
            Files.delete(Crashes.files().getFirst());
            Ipc.bind(endpoint).close(); // sweeps
        }
    }
}
