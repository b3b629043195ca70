package lapce.ipc.shm.windows;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The simulated Windows of this process, compiled at its first use. Where that cannot be, whoever asks for it is skipped.
@SuppressWarnings("restricted") // it is a library
final class Simulation {
    private static final Path SOURCE = Path.of("src", "test", "c", "simulated_kernel32.c");
    private static final Path LIBRARY = Path.of("target", "libsimulated_kernel32.so");
    private static final Path DIRECTORY = Path.of("target", "simulated-local-app-data", "lapce-ipc-" + ProcessHandle.current().pid());

    private static SymbolLookup calls;

    private Simulation() {}

    static Kernel32 kernel() {
        return new Kernel32(calls(), "errno");
    }

    static WindowsPlatform platform() throws IOException {
        return new WindowsPlatform(kernel(), directory());
    }

    /// Of this process alone, as the simulated objects are.
    static Path directory() {
        return DIRECTORY;
    }

    static int openHandles() {
        return count("OpenHandles");
    }

    static int openViews() {
        return count("OpenViews");
    }

    private static int count(String what) {
        try {
            return (int) Linker.nativeLinker()
                    .downcallHandle(calls().findOrThrow(what), FunctionDescriptor.of(ValueLayout.JAVA_INT))
                    .invokeExact();
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }

    /// Where a handle holds a lock, or -1.
    static long lockedByte(long file) {
        try {
            return (long) Linker.nativeLinker()
                    .downcallHandle(calls().findOrThrow("LockedByte"), FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.ADDRESS))
                    .invokeExact(MemorySegment.ofAddress(file));
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }

    private static synchronized SymbolLookup calls() {
        if (calls == null) {
            compile();
            SymbolLookup library = SymbolLookup.libraryLookup(LIBRARY.toAbsolutePath(), Arena.global());
            calls = name -> library.find("sim_" + name);
        }
        return calls;
    }

    private static void compile() {
        if (!isAvailable()) {
            abort("skipped: the simulation of Windows needs Linux and a C compiler, cc; install gcc");
        }
        run(List.of("cc", "-std=gnu11", "-O1", "-shared", "-fPIC", "-pthread", "-Wall", "-Wextra", "-Werror", "-o", LIBRARY.toString(), SOURCE.toString()));
    }

    static boolean isAvailable() {
        return System.getProperty("os.name").equals("Linux") && isCommand("cc");
    }

    static boolean isCommand(String name) {
        return List.of(System.getenv("PATH").split(":")).stream().anyMatch(place -> Files.isExecutable(Path.of(place, name)));
    }

    static void run(List<String> command) {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, process.waitFor(), said);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
