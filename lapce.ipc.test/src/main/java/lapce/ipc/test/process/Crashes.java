package lapce.ipc.test.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Fails every class of tests after which a JVM has left an error file. A process that a test kills leaves none, so no test can
/// take a crash for the death it wanted. It looks at nothing where nobody asked for [#option], as in another's build.
public final class Crashes implements AfterAllCallback {
    private static final int LINES = 60; // the signal, the thread and its frames

    private static Path folder; // null until somebody asked

    /// For [java.util.ServiceLoader].
    public Crashes() {}

    /// The option that tells a JVM where to leave its error file.
    ///
    /// @return an argument of `java`
    public static String option() {
        return "-XX:ErrorFile=" + folder().resolve("hs_err_pid%p.log");
    }

    /// The error files there are.
    ///
    /// @return their paths
    public static synchronized List<Path> files() {
        if (folder == null) {
            return List.of();
        }
        try (var files = Files.list(folder)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        for (Path file : files()) {
            try (var lines = Files.lines(file)) {
                throw new AssertionError("a JVM crashed: " + file + "\n" + String.join("\n", lines.limit(LINES).toList()));
            }
        }
    }

    /// Where processes of other users may write, too.
    private static synchronized Path folder() {
        if (folder != null) {
            return folder;
        }
        try {
            Path made = Files.createTempDirectory("lapce-ipc-crashes");
            Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwxrwxrwx"));
            made.toFile().deleteOnExit(); // if it is empty
            folder = made;
            return made;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
