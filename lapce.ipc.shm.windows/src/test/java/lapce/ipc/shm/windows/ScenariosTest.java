package lapce.ipc.shm.windows;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The simulation does what Wine does: one program makes the same calls over both, and what they return is compared line by line. Where Wine and
/// mingw-w64 are missing it is compared with what Wine 8 said before, which is kept.
class ScenariosTest {
    private static final Path SOURCES = Path.of("src", "test", "c");
    private static final Path WINE_8 = Path.of("src", "test", "resources", "lapce", "ipc", "shm", "windows", "wine-8.txt");
    private static final Path BUILT = Path.of("target").toAbsolutePath();
    private static final String MINGW = "x86_64-w64-mingw32-gcc";

    @TempDir
    private Path folder;

    @BeforeEach
    void makeFiles() throws IOException {
        Files.writeString(folder.resolve("a"), "a");
        Files.writeString(folder.resolve("b"), "b");
    }

    @Test
    void theSimulationDoesWhatWineDid() throws Exception {
        assertEquals(Files.readString(WINE_8), said(Map.of(), simulated(), folder + "/"));
    }

    /// As the documentation of LockFileEx and GetOverlappedResult says; Wine 8 does not wait.
    @Test
    void aLockIsAwaited() throws Exception {
        assertEquals(
                """
                waiting: begun                                             false 997
                waiting: looked at meanwhile, by that handle               false 33
                waiting: unlocked by the other                             true
                waiting: had                                               true
                waiting: excludes the other                                false 33
                """,
                said(Map.of(), simulated(), folder + "/", "waiting"));
    }

    @Test
    void wineDoesWhatItDid() throws Exception {
        assumeTrue(Simulation.isCommand(MINGW) && Simulation.isCommand("wine"), "skipped: no " + MINGW + ", or no wine; install gcc-mingw-w64-x86-64 and wine64");
        Path program = BUILT.resolve("scenarios.exe");
        Simulation.run(List.of(MINGW, "-Wall", "-Wextra", "-Werror", "-o", program.toString(), SOURCES.resolve("scenarios.c").toString(), "-ladvapi32"));
        Map<String, String> quiet = Map.of(
                "WINEPREFIX", BUILT.resolve("wine").toString(), "WINEDEBUG", "-all", "WINEDLLOVERRIDES", "mscoree,mshtml=");
        try {
            assertEquals(
                    Files.readString(WINE_8),
                    said(quiet, List.of("wine", program.toString()), "Z:" + folder.toString().replace('/', '\\') + "\\"));
        } finally {
            said(quiet, List.of("wineserver", "-k")); // it would stay for a while
        }
    }

    private static List<String> simulated() {
        Simulation.kernel(); // skips the test where there is no compiler
        Path scenarios = BUILT.resolve("scenarios.o");
        Path program = BUILT.resolve("scenarios");
        Simulation.run(List.of("cc", "-std=gnu11", "-fshort-wchar", "-Wall", "-Wextra", "-Werror", "-c", "-o", scenarios.toString(), SOURCES.resolve("scenarios.c").toString()));
        Simulation.run(List.of("cc", "-std=gnu11", "-pthread", "-o", program.toString(), SOURCES.resolve("simulated_kernel32.c").toString(), scenarios.toString()));
        return List.of(program.toString());
    }

    private static String said(Map<String, String> environment, List<String> command, String... arguments) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(command);
        all.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(all).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().putAll(environment);
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return said.replace("\r", "");
    }
}
