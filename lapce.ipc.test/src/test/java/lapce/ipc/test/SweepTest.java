package lapce.ipc.test;

import static lapce.ipc.test.contract.Pair.SOON;
import static lapce.ipc.test.contract.Pair.freshEndpoint;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.ServiceLoader;
import lapce.ipc.api.Ipc;
import lapce.ipc.api.Listener;
import lapce.ipc.api.Options;
import lapce.ipc.api.Stream;
import lapce.ipc.api.spi.EndpointObjects;
import lapce.ipc.api.spi.EndpointObjects.Life;
import lapce.ipc.api.spi.TransportProvider;
import lapce.ipc.test.contract.Background;
import lapce.ipc.test.process.Peer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/// What is said and removed of what servers have left.
@EnabledOnOs(OS.LINUX)
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SweepTest {
    private static final Path DIRECTORY = Path.of("/dev/shm");

    private final String endpoint = freshEndpoint("shm");
    private final String name = endpoint.substring("shm:".length());
    private final SharedObjects objects = new SharedObjects(endpoint);
    private final TransportProvider provider = ServiceLoader.load(TransportProvider.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(each -> each.scheme().equals("shm") && each.unsupportedReason().isEmpty())
            .findFirst()
            .orElseThrow();

    @Test
    void aLivingServersObjectsStayAndAreSaidToBeItsOwn() throws Exception {
        Listener listener = Ipc.bind(endpoint);
        try (Stream client = Ipc.connect(endpoint);
                Stream server = listener.accept(SOON)) {
            EndpointObjects found = only(provider.survey());
            assertEquals(Life.SERVING, found.life());
            assertEquals("pid " + ProcessHandle.current().pid(), found.holder());
            assertEquals(Options.DEFAULT.session(), found.session());
            assertTrue(found.objects().stream().anyMatch(object -> object.contains("client.")), "locks too");
            assertFalse(provider.sweep(found));
            assertTrue(server.isOpen() && client.isOpen());
            listener.close();
            assertEquals(Life.ENDING, only(provider.survey()).life());
            assertFalse(provider.sweep(found));
            assertFalse(objects.names().isEmpty());
        }
        Background.await("all is gone", () -> objects.names().isEmpty());
        assertEquals(List.of(), own(provider.survey()));
    }

    @Test
    void whatAKilledServerLeftIsFoundAndRemoved() throws Exception {
        try (PeerProcess server = new PeerProcess(Peer.Role.SERVE, endpoint).awaitReady()) {
            Ipc.connect(endpoint).close();
            server.kill();
        }
        EndpointObjects found = only(provider.survey());
        assertEquals(Life.DEAD, found.life());
        assertEquals("", found.holder());
        assertTrue(provider.sweep(found));
        assertEquals(List.of(), objects.names());
        assertEquals(List.of(), own(provider.survey()));
    }

    @Test
    void aBindRemovesWhatIsLeftOfEarlierStartsOfTheMachine() throws Exception {
        Path lefts = DIRECTORY.resolve(base("0badb007", name) + "_locks");
        Files.createDirectory(lefts, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.createFile(lefts.resolve("server.0123456789abcdef.lock"));
        Files.createFile(DIRECTORY.resolve(base("0badb007", name) + "~ctl"));
        Files.createFile(DIRECTORY.resolve(base("0badb007", name) + "~0123456789abcdef~s0g0"));
        Path other = Files.createFile(DIRECTORY.resolve(base("0badb007", name + ".b") + "~ctl"));
        try (Listener listener = Ipc.bind(endpoint)) {
            assertEquals(name, listener.endpoint());
            assertTrue(objects.names().stream().noneMatch(object -> object.contains("0badb007")), "" + objects.names());
            assertTrue(Files.exists(other), "another endpoint's");
        } finally {
            Files.delete(other);
        }
    }

    @Test
    void namesThatAreNotOursAreLeftAlone() throws IOException {
        Path stranger = Files.createFile(DIRECTORY.resolve(base("0badb007", name) + "~notes"));
        try {
            assertEquals(List.of(), own(provider.survey()));
            assertTrue(Files.exists(stranger));
        } finally {
            Files.delete(stranger);
        }
    }

    private static String base(String boot, String endpoint) throws IOException {
        int user = (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        return "lapce_ipc_" + user + "_" + Options.DEFAULT.session() + "-" + boot + "~" + endpoint;
    }

    private EndpointObjects only(List<EndpointObjects> found) {
        List<EndpointObjects> own = own(found);
        assertEquals(1, own.size(), () -> "found=" + own);
        return own.getFirst();
    }

    /// Others run on this machine too.
    private List<EndpointObjects> own(List<EndpointObjects> found) {
        return found.stream().filter(each -> each.endpoint().equals(name)).toList();
    }
}
