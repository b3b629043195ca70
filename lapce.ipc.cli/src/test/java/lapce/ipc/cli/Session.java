package lapce.ipc.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Runs commands of the image as a shell does, in a session of their own, and sees that they leave nothing behind.
final class Session {
    private static final Path IMAGE = Path.of(System.getProperty("image"));
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");
    private static final long SECONDS_TO_END = 60;

    private final String name = System.getenv("LAPCE_IPC_SESSION") + "-" + UUID.randomUUID().toString().substring(0, 8);
    private final List<Process> started = new ArrayList<>();
    private final Path folder;

    Session(Path folder) {
        this.folder = folder;
    }

    String name() {
        return name;
    }

    /// What a command left when it had ended.
    record Outcome(int status, String output, String error) {
        void assertSucceeded() {
            assertEquals(0, status, error);
        }

        /// One line on standard error, nothing on standard output.
        void assertRefused(int expectedStatus, String expectedText) {
            assertEquals(expectedStatus, status, error);
            assertEquals("", output);
            assertEquals(1, error.lines().count(), error);
            assertTrue(error.startsWith("lapce-ipc: ") && error.contains(expectedText), error);
        }
    }

    /// A command under way.
    record Running(Process process, Path output, Path error) {
        Outcome end() throws IOException, InterruptedException {
            assertTrue(process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS), "still running");
            return new Outcome(process.exitValue(), Files.readString(output), Files.readString(error));
        }
    }

    Outcome run(String... arguments) throws IOException, InterruptedException {
        return start(null, null, arguments).end();
    }

    Running start(Path input, Path output, String... arguments) throws IOException {
        return start(_ -> {}, input, output, arguments);
    }

    private Running start(Consumer<ProcessBuilder> change, Path input, Path output, String... arguments)
            throws IOException {
        int number = started.size();
        Path out = output == null ? folder.resolve(number + ".out") : output;
        Path error = folder.resolve(number + ".err");
        List<String> line = new ArrayList<>(List.of(
                IMAGE.resolve("bin/java").toString(),
                "-p",
                IMAGE.resolve("app").toString(),
                "-m",
                "lapce.ipc.cli/lapce.ipc.cli.Main"));
        line.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(line)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(error.toFile());
        if (input != null) {
            builder.redirectInput(input.toFile());
        }
        builder.environment().put("LAPCE_IPC_SESSION", name);
        change.accept(builder);
        Process process = builder.start();
        started.add(process);
        return new Running(process, out, error);
    }

    /// As [#run(String...)], in a session that is no session.
    Outcome runInBadSession(String bad, String... arguments) throws IOException, InterruptedException {
        return start(builder -> builder.environment().put("LAPCE_IPC_SESSION", bad), null, null, arguments).end();
    }

    /// Starts an echo server and waits until it has bound its name.
    Running serve(String endpoint) throws IOException, InterruptedException {
        Running server = start(null, null, "serve", endpoint);
        while (!Files.readString(server.error()).equals("serving " + endpoint + System.lineSeparator())) {
            assertTrue(server.process().isAlive(), () -> "ended early: " + server);
            Thread.sleep(10);
        }
        return server;
    }

    /// Waits until a command has written something.
    static void awaitOutput(Path file) throws IOException, InterruptedException {
        while (Files.size(file) == 0) {
            Thread.sleep(10);
        }
    }

    /// Asks every command to end, and sees that nothing of the session remains, and that no JVM has crashed.
    void end() throws IOException, InterruptedException {
        for (Process process : started) {
            process.destroy();
            assertTrue(process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS), "does not end");
        }
        assertEquals(List.of(), objects());
        assertEquals(List.of(), errorFiles());
    }

    /// The JVM leaves them in its working directory, which commands pass on to those they start.
    private List<Path> errorFiles() throws IOException {
        try (var files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith("hs_err")).toList();
        }
    }

    /// What there is of this session in shared memory now.
    List<Path> objects() throws IOException {
        try (var objects = Files.list(SHARED_MEMORY)) {
            return objects.filter(path -> path.toString().contains(name)).toList();
        }
    }
}
