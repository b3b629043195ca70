package lapce.ipc.test;

import static lapce.ipc.test.contract.Pair.freshEndpoint;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import lapce.ipc.test.contract.Background;
import lapce.ipc.test.process.Peer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// An endpoint that the members of a group share, and nobody else. It needs root, to become them.
@EnabledOnOs(OS.LINUX)
class GroupTest {
    private static final int ONE = 1;
    private static final int ANOTHER = 2;
    private static final int STRANGER = 65534;
    private static final String GROUP = Long.toString(100_000_000 + ProcessHandle.current().pid()); // so that nobody else has it
    private static final Path DIRECTORY = Path.of("/dev/shm/lapce_ipc_g" + GROUP);

    private final String endpoint = freshEndpoint("shm");

    @TempDir
    Path modules; // that others may read

    private OtherUsers users;

    @BeforeEach
    void copyModules() throws Exception {
        users = new OtherUsers(modules);
    }

    @AfterEach
    void removeDirectory() throws IOException {
        Files.deleteIfExists(DIRECTORY); // and fails if anything is in it
    }

    @Test
    void membersMeetAndKnowWhoTheOtherIs() throws Exception {
        try (PeerProcess server = server(ONE)) {
            assertServes(ONE, ANOTHER);
            assertServes(ONE, ONE);
            server.terminate();
        }
        assertFalse(Files.exists(DIRECTORY), "left to an orderly end");
    }

    @Test
    void everythingIsTheGroupsWhateverTheUmask() throws Exception {
        List<String> command = List.of("sh", "-c", "umask 0777 && exec \"$@\"", "sh");
        try (PeerProcess server = new PeerProcess(Stream.concat(command.stream(), serverCommand(ONE).stream()).toList()).awaitReady()) {
            try (PeerProcess client = client(ANOTHER).awaitSaid("server=1, client=2")) {
                Background.await("all is the group's", GroupTest::isAllTheGroups);
                client.killAlive();
            }
            server.terminate();
        }
    }

    /// False, too, if something is being made just now, or goes.
    private static boolean isAllTheGroups() {
        try (Stream<Path> files = Files.walk(DIRECTORY)) {
            return files.allMatch(GroupTest::isTheGroups);
        } catch (UncheckedIOException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isTheGroups(Path path) {
        try {
            int mode = (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) & 07777;
            return Files.getAttribute(path, "unix:gid", LinkOption.NOFOLLOW_LINKS).equals(Integer.valueOf(GROUP))
                    && mode == (Files.isDirectory(path) ? 0770 : 0660);
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aServerOfOneMemberNoticesTheDeathOfAnother() throws Exception {
        try (PeerProcess server = server(ONE)) {
            try (PeerProcess client = client(ANOTHER).awaitSaid("server=1, client=2")) {
                assertEquals(1, clientLocks());
                client.killAlive();
            }
            Background.await("the lock file goes", () -> clientLocks() == 0);
            server.terminate();
        }
    }

    @Test
    void aMemberTakesOverWhatAnotherHasLeft() throws Exception {
        try (PeerProcess first = server(ONE)) {
            try (PeerProcess client = client(ANOTHER).awaitSaid("server=1, client=2")) {
                first.killAlive();
                client.killAlive();
            }
        }
        List<Path> left = regions();
        assertFalse(left.isEmpty());
        try (PeerProcess second = server(ANOTHER)) {
            assertServes(ANOTHER, ONE);
            left.forEach(path -> assertTrue(path.toString().endsWith("~ctl") || !Files.exists(path), path.toString()));
            second.terminate();
        }
        assertEquals(List.of(), regions());
        assertEquals(List.of(), lockDirectories());
    }

    @Test
    void aStrangerIsRefusedAndTheErrorNamesTheGroup() throws Exception {
        assertRefused("directory cannot be made: ", serverOf(STRANGER));
        assertFalse(Files.exists(DIRECTORY));
        try (PeerProcess server = server(ONE)) {
            assertRefused("region is not this group's alone: path=" + DIRECTORY + ", owner=daemon (1)", clientOf(STRANGER));
            assertRefused("directory is not this group's alone: path=" + DIRECTORY + ", owner=daemon (1)", serverOf(STRANGER));
            server.terminate();
        }
    }

    @Test
    void aStrangerWhoTakesTheDirectorysNameIsNamed() throws Exception {
        for (String command : OtherUsers.TAKE_NAME) {
            assertNamedWhenHeHas(command);
        }
    }

    private void assertNamedWhenHeHas(String command) throws Exception {
        assertEquals("", OtherUsers.run(STRANGER, command + " " + DIRECTORY));
        try {
            String named = " is not this group's alone: path=" + DIRECTORY + ", owner=nobody (65534)";
            assertRefused("directory" + named, serverCommand(ONE));
            String said = OtherUsers.said(clientCommand(ANOTHER));
            assertTrue(said.contains("NotPermittedException: ") && said.contains(named), said);
            assertFalse(Files.isDirectory(DIRECTORY, LinkOption.NOFOLLOW_LINKS) && !list(DIRECTORY).isEmpty(), "used");
        } finally {
            Files.delete(DIRECTORY);
        }
    }

    /// Whoever looks at what lies around would wait for its other end.
    @Test
    void aMembersPipeInPlaceOfADirectoryKeepsNobody() throws Exception {
        try (PeerProcess server = server(ONE)) {
            String base = "lapce_ipc_g" + GROUP + "_x-00000000~y_locks";
            assertEquals(0, new ProcessBuilder("mkfifo", DIRECTORY.resolve(base).toString()).start().waitFor());
            String said = OtherUsers.said(users.command(ANOTHER, PeerProcess.command(Peer.Role.STARVE_OF_DIRECTORY, endpoint), GROUP));
            assertTrue(said.contains("survey: done"), said);
            Files.delete(DIRECTORY.resolve(base));
            server.terminate();
        }
    }

    @Test
    void aGroupThatIsNotThereIsNamed() throws Exception {
        assertRefused("no such group: group=nobodys; ", PeerProcess.command(Peer.Role.TELL_USERS, endpoint, "nobodys"));
    }

    private static void assertRefused(String message, List<String> command) throws Exception {
        String said = OtherUsers.said(command);
        assertTrue(said.contains("Exception: " + message), said);
    }

    private void assertServes(int server, int client) throws Exception {
        try (PeerProcess peer = client(client)) {
            peer.awaitSaid("server=" + server + ", client=" + client);
        }
    }

    private PeerProcess server(int user) throws Exception {
        return new PeerProcess(serverCommand(user)).awaitReady();
    }

    private PeerProcess client(int user) throws IOException {
        return new PeerProcess(clientCommand(user));
    }

    private List<String> clientCommand(int user) {
        return users.command(user, PeerProcess.command(Peer.Role.ASK_USERS, endpoint, GROUP), GROUP);
    }

    private List<String> serverCommand(int user) {
        return users.command(user, PeerProcess.command(Peer.Role.TELL_USERS, endpoint, GROUP), GROUP);
    }

    private List<String> serverOf(int stranger) {
        return users.command(stranger, PeerProcess.command(Peer.Role.TELL_USERS, endpoint, GROUP));
    }

    private List<String> clientOf(int stranger) {
        return users.command(stranger, PeerProcess.command(Peer.Role.ASK_USERS, endpoint, GROUP));
    }

    private static List<Path> regions() throws IOException {
        return list(DIRECTORY).stream().filter(Files::isRegularFile).toList();
    }

    private static List<Path> lockDirectories() throws IOException {
        return list(DIRECTORY).stream().filter(Files::isDirectory).toList();
    }

    private static long clientLocks() {
        try {
            return list(lockDirectories().getFirst()).stream().filter(path -> path.getFileName().toString().startsWith("client.")).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> list(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }
}
