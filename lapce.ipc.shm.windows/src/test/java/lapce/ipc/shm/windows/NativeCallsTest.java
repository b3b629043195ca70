package lapce.ipc.shm.windows;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// House rules that a scan of the sources can hold.
class NativeCallsTest {
    private static final Path SOURCES = Path.of("src", "main", "java");
    private static final Pattern NATIVE =
            Pattern.compile("\\b(?:Linker|MethodHandle|SymbolLookup|FunctionDescriptor|reinterpret)\\b|\"restricted\"");
    private static final Pattern ABOVE_THE_SEAM = Pattern.compile("import lapce\\.ipc\\.shm\\.(?:ring|layout|mem)\\b");
    private static final Pattern COMMENT = Pattern.compile("//.*");

    @Test
    void nativeCallsAreInKernel32Only() throws IOException {
        assertEquals(List.of("Kernel32.java"), filesWith(NATIVE));
    }

    @Test
    void noRingAndNoLayoutIsKnownHere() throws IOException {
        assertEquals(List.of(), filesWith(ABOVE_THE_SEAM));
    }

    private static List<String> filesWith(Pattern pattern) throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            List<Path> sources = files.filter(file -> file.toString().endsWith(".java")).toList();
            assertTrue(sources.size() > 5, "sources are not where they were: " + SOURCES.toAbsolutePath());
            return sources.stream()
                    .filter(file -> pattern.matcher(code(file)).find())
                    .map(file -> file.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    private static String code(Path file) {
        try {
            return COMMENT.matcher(Files.readString(file)).replaceAll("");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
