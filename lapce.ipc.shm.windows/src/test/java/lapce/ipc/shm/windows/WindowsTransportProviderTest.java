package lapce.ipc.shm.windows;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import lapce.ipc.api.spi.TransportProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

class WindowsTransportProviderTest {
    private static final Path CLASSES = Path.of("target", "classes");

    private final WindowsTransportProvider provider = new WindowsTransportProvider();

    @Test
    void schemeIsShmEverywhere() {
        assertEquals("shm", provider.scheme());
    }

    @Test
    void windowsIsSupportedOnTwoProcessors() {
        for (String arch : List.of("amd64", "aarch64")) {
            assertEquals(Optional.empty(), reasonFor("Windows Server 2025", arch));
        }
        assertEquals(
                Optional.of("needs Windows on amd64 or aarch64, os.name=Windows 11, os.arch=x86"), reasonFor("Windows 11", "x86"));
    }

    private Optional<String> reasonFor(String os, String arch) {
        String realOs = System.setProperty("os.name", os);
        String realArch = System.setProperty("os.arch", arch);
        try {
            return provider.unsupportedReason();
        } finally {
            System.setProperty("os.name", realOs);
            System.setProperty("os.arch", realArch);
        }
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void otherSystemsAreToldWhatIsNeeded() {
        String reason = provider.unsupportedReason().orElseThrow();
        assertTrue(reason.startsWith("needs Windows"), reason);
    }

    @Test
    void moduleAndClassPathProvideTheSame() throws Exception {
        var provides = ModuleFinder.of(CLASSES).findAll().iterator().next().descriptor().provides().iterator().next();
        assertEquals(TransportProvider.class.getName(), provides.service());
        assertEquals(List.of(WindowsTransportProvider.class.getName()), provides.providers());
        Path services = CLASSES.resolve("META-INF").resolve("services").resolve(TransportProvider.class.getName());
        assertEquals(provides.providers(), Files.readAllLines(services));
    }
}
