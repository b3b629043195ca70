package lapce.ipc.test;

import static lapce.ipc.test.contract.Pair.freshEndpoint;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import lapce.ipc.api.Ipc;
import lapce.ipc.api.NoSuchEndpointException;
import lapce.ipc.api.Options;
import lapce.ipc.test.contract.Background;
import lapce.ipc.test.process.Peer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// What users can do to one another. It needs root, to become them.
@EnabledOnOs(OS.LINUX)
class OtherUserTest {
    private static final int OWNER = 1;
    private static final int STRANGER = 65534;

    private final String endpoint = freshEndpoint("shm");
    private final SharedObjects objects = new SharedObjects(endpoint);

    @TempDir
    Path modules; // that others may read

    private OtherUsers users;

    @BeforeEach
    void copyModules() throws Exception {
        users = new OtherUsers(modules);
    }

    @AfterEach
    void nothingRemains() {
        Background.await("nothing of " + endpoint + " under /dev/shm", () -> objects.names().isEmpty());
    }

    @Test
    void aStrangerCanNeitherReadNorWriteNorRemoveNorConnect() throws Exception {
        try (PeerProcess server = server().awaitReady()) {
            Background.await("regions ahead of need", () -> objects.connections().size() == Options.DEFAULT.warmSlots());
            List<String> names = objects.names();
            for (String name : names) {
                String path = "/dev/shm/" + name;
                for (String attempt : List.of("cat", "ls -A", "rm -rf", "chmod 777", "touch", "truncate -s 0")) {
                    if (!attempt.startsWith("ls") || Files.isDirectory(Path.of(path))) {
                        assertEquals("refused\n", asStranger(attempt + " '" + path + "' 2>&- 1>&- || echo refused"), attempt);
                    }
                }
            }
            assertEquals(names, objects.names());
            String refused = assertThrows(NoSuchEndpointException.class, () -> Ipc.connect(endpoint)).getMessage();
            assertTrue(refused.contains("others have one of that name: owner=daemon (1), "), refused);
            server.kill();
        }
        removeAsOwner();
    }

    @Test
    void aStrangerWhoTakesAnObjectsNameIsNamed() throws Exception {
        assertEquals("", asStranger("touch '/dev/shm/" + base() + "~ctl'"));
        assertRefused();
    }

    @Test
    void aStrangerWhoTakesTheLockDirectorysNameIsNamed() throws Exception {
        assertEquals("", asStranger("mkdir -m 777 '/dev/shm/" + base() + "_locks'"));
        assertRefused();
    }

    @Test
    void aStrangerWhoTakesTheNameOfADirectoryBeingMadeIsNamed() throws Exception {
        for (String command : OtherUsers.TAKE_NAME) {
            assertEquals("", asStranger(command + " '/dev/shm/" + base() + "_locks~" + OWNER + "'"));
            assertRefused();
        }
    }

    @Test
    void aDirectoryInPlaceOfARegionIsNamed() throws Exception {
        String path = "/dev/shm/" + base() + "~ctl";
        assertEquals("", OtherUsers.run(OWNER, "mkdir '" + path + "'"));
        String said = OtherUsers.said(users.command(OWNER, PeerProcess.command(Peer.Role.STARVE_OF_DIRECTORY, endpoint)));
        String named = "NotPermittedException: region has another mode or kind: path=" + path + ", owner=daemon (1)";
        assertTrue(said.contains("bind: " + named) && said.contains("connect: " + named) && said.contains(", kind=directory; "), said);
        removeAsOwner();
    }

    @Test
    void noUmaskKeepsAUserFromHisOwn() throws Exception {
        List<String> command = new ArrayList<>(List.of("sh", "-c", "umask 0777 && exec \"$@\"", "sh"));
        command.addAll(serverCommand());
        try (PeerProcess server = new PeerProcess(command).awaitReady();
                PeerProcess client = new PeerProcess(users.command(OWNER, PeerProcess.command(Peer.Role.SEND_AND_CLOSE, endpoint)))) {
            client.awaitOrderlyEnd();
            for (String name : objects.names()) {
                int mode = (int) Files.getAttribute(Path.of("/dev/shm", name), "unix:mode") & 07777;
                assertEquals(name.endsWith("_locks") ? 0700 : 0600, mode, name);
            }
            server.terminate();
        }
    }

    /// He has seen the epoch, and takes the names of regions to come. Those made ahead of need are of another size than this client's.
    @Test
    void aStrangerWhoTakesTheNamesOfRegionsToComeIsNamed() throws Exception {
        try (PeerProcess server = server().awaitReady()) {
            Background.await("regions ahead of need", () -> objects.connections().size() == Options.DEFAULT.warmSlots());
            String regions = "/dev/shm/" + base() + "~" + objects.epoch() + "~s";
            asStranger("for slot in $(seq 4 63); do touch " + regions + "${slot}g0; done");
            String said = OtherUsers.said(users.command(OWNER, PeerProcess.command(Peer.Role.VISITOR, endpoint)));
            assertTrue(said.contains("NotPermittedException: region is not this user's alone: path=" + regions), said);
            assertTrue(said.contains(", owner=nobody (65534), "), said);
            server.kill();
        }
        removeAsOwner();
        asStranger("rm -f /dev/shm/" + base() + "~*");
    }

    /// Nothing of his stands in the way of who looks for what lies around, or for an endpoint that is not there.
    @Test
    void aStrangersObjectsHinderNoSurvey() throws Exception {
        String group = "lapce_ipc_g" + STRANGER;
        String files = "lapce_ipc_g5 lapce_ipc_g99999999999 lapce_ipc_g4294967295 lapce_ipc_" + OWNER + "_x-00000000~y~ctl";
        asStranger("cd /dev/shm; touch " + files + "; mkdir " + group + "; mkdir -m 700 " + group + "/" + group + "_x-00000000~y_locks");
        try {
            String said = OtherUsers.said(users.command(OWNER, PeerProcess.command(Peer.Role.STARVE_OF_DIRECTORY, endpoint)));
            assertTrue(said.contains("connect: NoSuchEndpointException: ") && said.contains("survey: done"), said);
        } finally {
            asStranger("cd /dev/shm; rm -rf " + group + " " + files);
        }
    }

    @Test
    void aStrangerWhoLeavesALinkIsNamed() throws Exception {
        assertEquals("", asStranger("ln -s /tmp '/dev/shm/" + base() + "_locks'"));
        assertRefused();
    }

    /// And nothing of the stranger's was used or removed.
    private void assertRefused() throws Exception {
        List<String> before = objects.names();
        ProcessBuilder builder = new ProcessBuilder(serverCommand()).redirectErrorStream(true);
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes());
        assertTrue(process.waitFor() != 0, said);
        assertTrue(said.contains("NotPermittedException: ") && said.contains("path=/dev/shm/" + before.getFirst()), said);
        assertTrue(said.contains(", owner=nobody (65534), "), said);
        assertEquals(before, objects.names());
        asStranger("rm -rf '/dev/shm/" + before.getFirst() + "'");
    }

    private PeerProcess server() throws IOException {
        return new PeerProcess(serverCommand());
    }

    private List<String> serverCommand() {
        return users.command(OWNER, PeerProcess.command(Peer.Role.SERVE, endpoint));
    }

    private void removeAsOwner() throws Exception {
        for (String name : objects.names()) {
            OtherUsers.run(OWNER, "rm -rf '/dev/shm/" + name + "'");
        }
    }

    private static String asStranger(String script) throws Exception {
        return OtherUsers.run(STRANGER, script);
    }

    private String base() throws IOException {
        String boot = Files.readAllLines(Path.of("/proc/sys/kernel/random/boot_id")).getFirst().substring(0, 8);
        return "lapce_ipc_" + OWNER + "_" + Options.DEFAULT.session() + "-" + boot + "~" + endpoint.substring("shm:".length());
    }
}
