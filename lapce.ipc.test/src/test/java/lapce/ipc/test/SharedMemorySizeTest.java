package lapce.ipc.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import lapce.ipc.api.Ipc;
import lapce.ipc.api.Listener;
import lapce.ipc.api.Options;
import lapce.ipc.test.contract.Background;
import lapce.ipc.test.contract.Pair;
import lapce.ipc.test.process.Peer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/// How much shared memory an endpoint takes. All of it is reserved when it is made, so its size is what is resident.
@EnabledOnOs(OS.LINUX)
class SharedMemorySizeTest {
    private static final long MOST_AFTER_BIND = 1_400_000;

    @Test
    void aBoundEndpointWithSixtyFourSlotsIsSmall() throws IOException {
        String endpoint = Pair.freshEndpoint("shm");
        SharedObjects objects = new SharedObjects(endpoint);
        try (Listener _ = Ipc.bind(endpoint)) {
            Background.await("warm slots", () -> objects.names().size() == 2 + Options.DEFAULT.warmSlots());
            long bytes = objects.bytes();
            assertTrue(bytes < MOST_AFTER_BIND, "bytes=" + bytes);
        }
    }

    /// As a container has it by default. Needs root for the mount, which nobody else sees.
    @Test
    void sixtyFourMegabytesServeSixtyFourConnections() throws Exception {
        assumeTrue(mayMount(), "not run: a tmpfs of its own needs root");
        List<String> crowd = PeerProcess.command(Peer.Role.CROWD, "shm:crowd", "64");
        ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(List.of(
                "unshare", "--mount", "sh", "-c",
                "mount -t tmpfs -o size=64m tmpfs /dev/shm && exec \"$@\"", "sh")));
        builder.command().addAll(crowd);
        Process crowded = builder.redirectErrorStream(true).start();
        assertEquals("ready", crowded.inputReader().readLine());
        assertTrue(crowded.waitFor(20, TimeUnit.SECONDS));
        assertEquals(0, crowded.exitValue());
    }

    static boolean mayMount() throws IOException, InterruptedException {
        return Files.exists(Path.of("/usr/bin/unshare"))
                && new ProcessBuilder("unshare", "--mount", "true").start().waitFor() == 0;
    }
}
