package lapce.ipc.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import lapce.ipc.api.Ipc;
import lapce.ipc.api.Stream;
import lapce.ipc.test.contract.Background;
import lapce.ipc.test.contract.Pair;
import lapce.ipc.test.process.Peer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What happens without enough of something. Memory is short in a `/dev/shm` of its own, which nobody else sees and which needs root.
@EnabledOnOs(OS.LINUX)
class ScarcityTest {
    private static final String DESCRIPTORS = "--nofile=64:64"; // hard too, for the JVM raises its soft limit

    /// Fails, and says what it is, if anything is left in it.
    private static final String COUNT_LEFT = "left=$(ls -A /dev/shm); [ -z \"$left\" ] || { echo \"left: $left\"; exit 9; }";

    @Test
    void connectsUntilTheMemoryIsGoneAreRefusedWithWhatIsMissingAndLeaveNothing() throws Exception {
        String said = starve("size=1m");
        assertTrue(said.matches("(?s)[4-7] connections, then: out of shared memory: name=.*needed=135168 bytes, free=\\d+ bytes"
                + " under /dev/shm; make it larger \\(size, nr_inodes\\), or use smaller rings\\n"), said);
    }

    @Test
    void aBindWithoutMemoryIsRefusedAndLeavesNothing() throws Exception {
        String said = starve("size=64k");
        assertTrue(said.matches("(?s)0 connections, then: out of shared memory: name=.*needed=\\d+ bytes, free=\\d+ bytes.*\\n"), said);
    }

    /// As many of the tmpfs's files as a bind and a connect make, one by one.
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5, 6, 7})
    void whoMayMakeTooFewFilesIsToldAndLeavesNothing(int inodes) throws Exception {
        String said = starve("size=16m,nr_inodes=" + inodes);
        assertTrue(said.matches("[0-1] connections, then: (no room for a lock file|out of shared memory): .*nr_inodes.*\\n"), said);
    }

    @Test
    void aBindWhereNothingMayBeWrittenSaysSo() throws Exception {
        Process process = run("ro");
        String said = new String(process.getInputStream().readAllBytes());
        assertTrue(process.waitFor(30, TimeUnit.SECONDS));
        assertTrue(said.contains("Exception: ") && said.contains("/dev/shm"), said);
        assertTrue(said.contains("Read-only file system"), said);
    }

    @Test
    void whoHasNoDescriptorsIsToldTheLimitAndLeavesNothing() throws Exception {
        String said = output(PeerProcess.limitedCommand(DESCRIPTORS, Peer.Role.STARVE_OF_DESCRIPTORS, Pair.freshEndpoint("shm")));
        List<String> lines = said.lines().toList();
        for (String line : lines.subList(0, lines.size() - 1)) {
            assertTrue(line.matches("(connect|\\d+ descriptors): (not accepted yet"
                    + "|no descriptor left: .*Too many open files.*, limit=64; .*ulimit -n.*)"), said);
        }
        assertTrue(lines.getLast().matches("\\d+ descriptors suffice"), said);
    }

    @Test
    void aServerWithoutDescriptorsAcceptsLaterAndMissesNoDeath() throws Exception {
        String endpoint = Pair.freshEndpoint("shm");
        try (PeerProcess server = PeerProcess.limited(DESCRIPTORS, Peer.Role.STARVED_SERVER, endpoint).awaitReady();
                Stream friend = Ipc.connect(endpoint)) {
            friend.send(Pair.message("welcome"));
            assertEquals("welcome", Pair.receiveText(friend));
            assertEquals("starved", Pair.receiveText(friend));
            try (PeerProcess one = new PeerProcess(Peer.Role.SEND_AND_STAY, endpoint).awaitReady();
                    PeerProcess other = new PeerProcess(Peer.Role.SEND_AND_STAY, endpoint).awaitReady()) {
                one.killAlive();
                friend.send(Pair.message("two have come"));
                assertEquals("message 1\nmessage 2\nmessage 3\n".repeat(2), Pair.receiveText(friend));
                other.killAlive();
                assertEquals("gone gone", Pair.receiveText(friend));
                assertEquals("rescued=0", Pair.receiveText(friend));
            }
            friend.send(Pair.message("that is all"));
            server.awaitOrderlyEnd();
        }
        Background.await("nothing remains", () -> new SharedObjects(endpoint).names().isEmpty());
    }

    private static String starve(String options) throws Exception {
        return output(run(options));
    }

    private static String output(List<String> command) throws Exception {
        return output(new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
    }

    private static String output(Process process) throws Exception {
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
