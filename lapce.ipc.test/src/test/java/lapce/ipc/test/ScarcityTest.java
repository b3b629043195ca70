package lapce.ipc.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import lapce.ipc.api.Ipc;
import lapce.ipc.api.Options;
import lapce.ipc.api.Stream;
import lapce.ipc.test.contract.Background;
import lapce.ipc.test.contract.Pair;
import lapce.ipc.test.process.Peer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What happens without enough of something. Memory is short in a `/dev/shm` of its own, which nobody else sees and which needs root.
@EnabledOnOs(OS.LINUX)
class ScarcityTest {
    private static final String REMOUNT = "; mount it for all to write: mount -o remount,rw,mode=1777 /dev/shm";
    private static final String RING_BYTES = Integer.toString(Options.DEFAULT.ringBytes());
    private static final String DESCRIPTORS = "--nofile=64:64"; // hard too, for the JVM raises its soft limit

    /// Fails, and says what it is, if anything is left in it.
    private static final String COUNT_LEFT = "left=$(ls -A /dev/shm 2>&-); [ -z \"$left\" ] || { echo \"left: $left\"; exit 9; }";

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
    void whereNothingMayBeWrittenEveryoneIsToldSo() throws Exception {
        List<String> said = withDirectory("mount -t tmpfs -o ro tmpfs /dev/shm");
        assertStarts("bind: NotPermittedException: /dev/shm may not be written: mkdir(/dev/shm/", said.get(0));
        assertEnds("Read-only file system (30), this user=0" + REMOUNT, said.get(0));
        assertStarts("connect: NoSuchEndpointException: ", said.get(1));
        assertEquals("survey: done", said.get(2));
        assertEquals("diagnose: missing, or not writable; mount a tmpfs there that this user may write", said.get(3));
    }

    /// Root without the right to do what it likes is like anybody else.
    @Test
    void whereOnlyAnotherUserMayWriteEveryoneIsToldSo() throws Exception {
        List<String> said = withDirectory("mount -t tmpfs -o mode=755,uid=1 tmpfs /dev/shm", "setpriv", "--bounding-set=-dac_override");
        assertStarts("bind: NotPermittedException: /dev/shm may not be written: mkdir(/dev/shm/", said.get(0));
        assertEnds("Permission denied (13), this user=0" + REMOUNT, said.get(0));
        assertStarts("connect: NoSuchEndpointException: ", said.get(1));
        assertEquals("survey: done", said.get(2));
        assertEquals("diagnose: missing, or not writable; mount a tmpfs there that this user may write", said.get(3));
    }

    @Test
    void whereThereIsNoSharedMemoryEveryoneIsToldSo() throws Exception {
        List<String> said = withDirectory("mount -t tmpfs tmpfs /dev && mknod -m 666 /dev/null c 1 3 && mknod -m 666 /dev/urandom c 1 9"
                + " && mknod -m 666 /dev/random c 1 8");
        String remedy = "; mount a tmpfs there: mount -t tmpfs -o mode=1777 tmpfs /dev/shm";
        for (int i = 0; i < 3; i++) {
            assertStarts(List.of("bind", "connect", "survey").get(i) + ": IpcException: no /dev/shm: ", said.get(i));
            assertEnds(remedy, said.get(i));
        }
        assertEquals("diagnose: missing, or not writable; mount a tmpfs there that this user may write", said.get(3));
    }

    /// It works, and each message may go to a disk.
    @Test
    void aSharedMemoryThatIsNoneIsTrouble(@TempDir Path folder) throws Exception {
        List<String> said = withDirectory("while umount /dev/shm 2>&-; do :; done; mount --bind '" + folder + "' /dev/shm");
        assertEquals(List.of("bind: done", "survey: done"), List.of(said.get(0), said.get(2)));
        assertStarts("connect: NoSuchEndpointException: ", said.get(1));
        assertEnds("; it is on a disk, where messages go, too: mount a tmpfs there", said.get(3));
    }

    private static List<String> withDirectory(String mount, String... as) throws Exception {
        List<String> command = new ArrayList<>(List.of(as));
        command.addAll(PeerProcess.command(Peer.Role.STARVE_OF_DIRECTORY, "shm:starve"));
        List<String> said = output(run(mount, command)).lines().toList();
        assertEquals(4, said.size(), () -> String.join("\n", said));
        return said;
    }

    private static void assertStarts(String start, String line) {
        assertTrue(line.startsWith(start), line);
    }

    private static void assertEnds(String end, String line) {
        assertTrue(line.endsWith(end), line);
    }

    @Test
    void whoHasNoDescriptorsIsToldTheLimitAndLeavesNothing() throws Exception {
        assertToldOfDescriptors(Peer.Role.STARVE_OF_DESCRIPTORS, ", limit=64; .*ulimit -n.*");
    }

    /// What cannot be linked once can never be.
    @Test
    void whoHasNoDescriptorsAtTheFirstUseMayTryAgain() throws Exception {
        assertToldOfDescriptors(Peer.Role.STARVE_OF_DESCRIPTORS_AT_FIRST, ".*ulimit -n.*");
    }

    private static void assertToldOfDescriptors(Peer.Role role, String end) throws Exception {
        String said = output(PeerProcess.limitedCommand(DESCRIPTORS, role, Pair.freshEndpoint("shm")));
        List<String> lines = said.lines().toList();
        for (String line : lines.subList(0, lines.size() - 1)) {
            assertTrue(line.matches("(connect|\\d+ descriptors): (not accepted yet"
                    + "|no descriptor left: .*Too many open files.*" + end + ")"), said);
        }
        assertTrue(lines.size() > 1 && lines.getLast().matches("\\d+ descriptors suffice"), said);
    }

    /// By a user of whom nothing else runs, since root has no limit of these. The JVM itself says, in brackets, that it was refused.
    @Test
    void whoHasNoThreadsIsToldTheLimitAndLeavesNothing(@TempDir Path modules) throws Exception {
        List<String> command = new ArrayList<>(List.of("prlimit", "--nproc=64:64"));
        command.addAll(new OtherUsers(modules)
                .command(54_321, PeerProcess.command(Peer.Role.STARVE_OF_THREADS, Pair.freshEndpoint("shm"))));
        List<String> lines = output(command).lines().filter(line -> !line.startsWith("[")).toList();
        for (String line : lines.subList(0, lines.size() - 1)) {
            assertTrue(line.matches("\\d+ threads: (not accepted yet|no thread left: name=lapce-ipc .*; .*ulimit -u.*)"), line);
        }
        assertTrue(lines.size() > 1 && lines.getLast().matches("\\d+ threads suffice"), lines.toString());
    }

    /// With 700 mappings left of 65,530, connections take two each, and the last 512 stay for the JVM. When they could be taken too,
    /// the process ended with an error file before any mmap had failed: "failed to map 65536 bytes", by a compiler's thread.
    @Test
    void whoHasNoMappingsIsToldTheLimitAndGoesOn() throws Exception {
        String endpoint = Pair.freshEndpoint("shm");
        String said = output(PeerProcess.command(Peer.Role.STARVE_OF_MAPPINGS, endpoint));
        assertTrue(said.matches("\\d\\d+ connections, then: no mapping left: mmap.*Cannot allocate memory.*, mappings=\\d+, limit=\\d+, .*"
                + "; .*sysctl -w vm.max_map_count=\\d+\\n"), said);
        assertEquals(List.of(), new SharedObjects(endpoint).names());
    }

    @Test
    void whoHasNoAddressesIsToldTheLimitAndGoesOn() throws Exception {
        String endpoint = Pair.freshEndpoint("shm");
        String said = output(PeerProcess.limitedCommand("--as=4000000000", Peer.Role.STARVE, endpoint, Integer.toString(64 << 20)));
        assertTrue(said.matches("\\d+ connections, then: out of memory: mmap.*Cannot allocate memory.*, mappings=\\d+ of \\d+"
                + ", limit of addresses=4000000000 bytes; .*ulimit -v.*\\n"), said);
        assertEquals(List.of(), new SharedObjects(endpoint).names());
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
        List<String> command = PeerProcess.command(Peer.Role.STARVE, "shm:starve", RING_BYTES);
        return output(run("mount -t tmpfs -o " + options + " tmpfs /dev/shm", command));
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

    private static Process run(String mount, List<String> command) throws IOException, InterruptedException {
        assumeTrue(SharedMemorySizeTest.mayMount(), "not run: a tmpfs of its own needs root");
        List<String> all = new ArrayList<>(List.of("unshare", "--mount", "sh", "-c", mount + " && \"$@\" && " + COUNT_LEFT, "sh"));
        all.addAll(command);
        return new ProcessBuilder(all).redirectErrorStream(true).start();
    }
}
