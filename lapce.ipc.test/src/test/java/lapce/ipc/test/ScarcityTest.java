package lapce.ipc.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import lapce.ipc.test.process.Peer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/// What happens without the memory, in a `/dev/shm` of its own, which nobody else sees and which needs root.
@EnabledOnOs(OS.LINUX)
class ScarcityTest {
    /// Fails, and says what it is, if anything is left in it.
    private static final String COUNT_LEFT = "left=$(ls -A /dev/shm); [ -z \"$left\" ] || { echo \"left: $left\"; exit 9; }";

    @Test
    void connectsUntilTheMemoryIsGoneAreRefusedWithWhatIsMissingAndLeaveNothing() throws Exception {
        String said = starve("size=1m");
        assertTrue(said.matches("(?s)[4-7] connections, then: out of shared memory: name=.*needed=135168 bytes, free=\\d+ bytes"
                + " under /dev/shm; make it larger, or use smaller rings\\n"), said);
    }

    @Test
    void aBindWithoutMemoryIsRefusedAndLeavesNothing() throws Exception {
        String said = starve("size=64k");
        assertTrue(said.matches("(?s)0 connections, then: out of shared memory: name=.*needed=\\d+ bytes, free=\\d+ bytes.*\\n"), said);
    }

    @Test
    void aBindWhereNothingMayBeWrittenSaysSo() throws Exception {
        Process process = run("ro");
        String said = new String(process.getInputStream().readAllBytes());
        assertTrue(process.waitFor(30, TimeUnit.SECONDS));
        assertTrue(said.contains("Exception: ") && said.contains("/dev/shm"), said);
        assertTrue(said.contains("Read-only file system"), said);
    }

    private static String starve(String options) throws Exception {
        Process process = run(options);
        String said = new String(process.getInputStream().readAllBytes());
        assertTrue(process.waitFor(30, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue(), said);
        return said;
    }

    private static Process run(String options) throws IOException, InterruptedException {
        assumeTrue(SharedMemorySizeTest.mayMount(), "not run: a tmpfs of its own needs root");
        List<String> command = new ArrayList<>(List.of(
                "unshare", "--mount", "sh", "-c",
                "mount -t tmpfs -o " + options + " tmpfs /dev/shm && \"$@\" && " + COUNT_LEFT, "sh"));
        command.addAll(PeerProcess.command(Peer.Role.STARVE, "shm:starve"));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }
}
