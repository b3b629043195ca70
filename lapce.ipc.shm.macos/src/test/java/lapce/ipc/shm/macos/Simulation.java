package lapce.ipc.shm.macos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import lapce.ipc.api.IpcException;

/// A library that keeps macOS's rules on Linux, built from `src/test/c`.
final class Simulation {
    /// The property that names a directory to share.
    static final String DIRECTORY = "simulation.directory";

    private static final String PREFIX = "mac_";
    private static final Path LIBRARY = Path.of("target", "simulated_libsystem.so").toAbsolutePath();
    private static final boolean AVAILABLE = isBuilt();

    private Simulation() {}

    /// Whether there is one here. For conditions of tests.
    static boolean isAvailable() {
        return AVAILABLE;
    }

    private static boolean isBuilt() {
        if (!System.getProperty("os.name").equals("Linux")) {
            return false;
        }
        Path source = Path.of("src", "test", "c", "simulated_libsystem.c");
        try {
            Process compiler = new ProcessBuilder(
                            "cc", "-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror", "-o", LIBRARY.toString(), source.toString())
                    .inheritIO()
                    .start();
            if (compiler.waitFor() != 0) {
                throw new IllegalStateException("simulation does not compile: source=" + source);
            }
            return true;
        } catch (IOException e) {
            System.err.println("skipped what is simulated of macOS: no C compiler: " + e.getMessage());
            return false;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @SuppressWarnings("restricted") // a library of the tests
    static SymbolLookup lookup() {
        SymbolLookup library = SymbolLookup.libraryLookup(LIBRARY, Arena.global());
        return name -> library.find(PREFIX + name);
    }

    static Libc libc() {
        return Libc.of(lookup());
    }

    /// A platform with a directory of its own, unless another process has named one.
    static MacPlatform platform() throws IpcException {
        try {
            String named = System.getProperty(DIRECTORY);
            return new MacPlatform(libc(), named == null ? freshDirectory() : Path.of(named));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A path of no directory yet.
    static Path freshDirectory() throws IOException {
        return Files.createTempDirectory(LIBRARY.getParent(), "simulated").resolve("lapce-ipc");
    }

    /// What is in memory, and should not be once all is closed.
    static List<String> left() throws IOException {
        String own = "lapce_ipc_mac_" + System.getenv("LAPCE_IPC_SESSION") + "_";
        try (var objects = Files.list(Path.of("/dev/shm"))) {
            return objects.map(object -> object.getFileName().toString()).filter(name -> name.startsWith(own)).toList();
        }
    }
}
