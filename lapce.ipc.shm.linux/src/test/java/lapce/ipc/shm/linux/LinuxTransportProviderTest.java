package lapce.ipc.shm.linux;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import lapce.ipc.api.EndpointInUseException;
import lapce.ipc.api.Listener;
import lapce.ipc.api.NoSuchEndpointException;
import lapce.ipc.api.Options;
import lapce.ipc.api.Stream;
import lapce.ipc.api.spi.EndpointObjects;
import lapce.ipc.api.spi.EndpointObjects.Life;
import lapce.ipc.api.spi.TransportProvider;
import lapce.ipc.shm.Platform;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LinuxTransportProviderTest {
    private static final String NAME = "unittest-" + ProcessHandle.current().pid();
    private static final Options OPTIONS = Options.DEFAULT;

    private final LinuxTransportProvider provider = new LinuxTransportProvider();

    @Test
    void schemeIsShmEverywhere() {
        assertEquals("shm", provider.scheme());
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, architectures = {"amd64", "aarch64"})
    void linuxIsSupported() {
        assertEquals(Optional.empty(), provider.unsupportedReason());
    }

    @Test
    void otherSystemsAreToldWhatIsNeededAndWhatIsThere() {
        String os = System.getProperty("os.name");
        System.setProperty("os.name", "Plan 9");
        try {
            String reason = provider.unsupportedReason().orElseThrow();
            assertTrue(reason.contains("needs Linux") && reason.contains("os.name=Plan 9"), reason);
        } finally {
            System.setProperty("os.name", os);
        }
    }

    @Test
    void moduleProvidesIt() {
        assertTrue(
                getClass().getModule().getDescriptor().provides().stream()
                        .anyMatch(provides -> provides.service().equals(TransportProvider.class.getName())
                                && provides.providers().contains(LinuxTransportProvider.class.getName())),
                getClass().getModule().toString());
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void messagesTravelAndNothingStaysBehind() throws IOException {
        byte[] hello = "hello".getBytes(StandardCharsets.US_ASCII);
        try (Listener listener = provider.bind(NAME, OPTIONS);
                Stream client = provider.connect(NAME, OPTIONS);
                Stream server = listener.accept()) {
            client.send(MemorySegment.ofArray(hello));
            assertArrayEquals(hello, server.receive());
            server.send(MemorySegment.ofArray(hello));
            assertArrayEquals(hello, client.receive());
            assertThrows(EndpointInUseException.class, () -> provider.bind(NAME, OPTIONS));
        }
        assertThrows(NoSuchEndpointException.class, () -> provider.connect(NAME, OPTIONS));
        assertNothingStays(new LinuxPlatform());
    }

    /// The user's own group, of which he is the only member here.
    @Test
    @EnabledOnOs(OS.LINUX)
    void aGroupsEndpointIsNoUsersAndShowsItself() throws IOException {
        String group = Files.getAttribute(Path.of("/proc/self"), "unix:gid").toString();
        Options ofGroup = OPTIONS.withGroup(group);
        try (Listener listener = provider.bind(NAME, ofGroup);
                Stream client = provider.connect(NAME, ofGroup);
                Stream server = listener.accept()) {
            client.send(MemorySegment.ofArray(new byte[1]));
            assertEquals(1, server.receive().length);
            String message = assertThrows(NoSuchEndpointException.class, () -> provider.connect(NAME, OPTIONS)).getMessage();
            assertTrue(message.contains("others have one of that name: ") && message.contains("mode=0660"), message);
            assertTrue(provider.survey().stream().anyMatch(this::isServedByGroup));
        }
        assertNothingStays(new LinuxPlatform().ofGroup(group));
    }

    private boolean isServedByGroup(EndpointObjects found) {
        return found.endpoint().equals(NAME) && found.base().startsWith("lapce_ipc_g") && found.life() == Life.SERVING;
    }

    private static void assertNothingStays(Platform platform) throws IOException {
        String prefix = "lapce_ipc_" + platform.ownerId() + "_" + OPTIONS.session() + "-" + platform.bootId() + "~" + NAME + "~";
        for (int i = 0; i < 1000 && !platform.list(prefix).isEmpty(); i++) {
            Thread.onSpinWait();
        }
        assertEquals(List.of(), platform.list(prefix));
    }
}
