package lapce.ipc.test;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// The program on the front page compiles as it stands there, and does what the page says.
@EnabledOnOs(OS.LINUX)
class ReadmeTest {
    private static final Path PAGE = Path.of("..", "README.md");
    private static final Pattern PROGRAM = Pattern.compile("```java\\R(.*?)```", Pattern.DOTALL);

    @TempDir
    Path folder;

    @Test
    void programOfTheFrontPageTalksBetweenTwoProcesses() throws Exception {
        Matcher program = PROGRAM.matcher(Files.readString(PAGE));
        assertEquals(true, program.find());
        Path source = Files.writeString(folder.resolve("Hello.java"), program.group(1));
        Process server = start(source, "server");
        String control = "_" + System.getenv("LAPCE_IPC_SESSION") + "-";
        while (server.isAlive() && !isBound(control)) {
            Thread.onSpinWait();
        }
        Process client = start(source);
        assertEquals("Hello, World!", client.inputReader().readLine());
        assertEquals(0, client.waitFor());
        assertEquals(0, server.waitFor());
    }

    private static boolean isBound(String session) throws IOException {
        try (var objects = Files.list(Path.of("/dev/shm"))) {
            return objects.map(path -> path.getFileName().toString())
                    .anyMatch(name -> name.contains(session) && name.endsWith("~hello~ctl"));
        }
    }

    private static Process start(Path source, String... arguments) throws IOException {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--module-path",
                System.getProperty("jdk.module.path"),
                "--add-modules=lapce.ipc.framing,lapce.ipc.shm.linux",
                "--enable-native-access=lapce.ipc.shm.linux",
                source.toString()));
        line.addAll(List.of(arguments));
        return new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }
}
