package lapce.ipc.framing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Plays what fuzzing has kept: a script for each way it found through the code, and for each defect.
class StoredScriptsTest {
    @TestFactory
    Stream<DynamicTest> scriptOfFramesEndsAsDeclared() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src", "test", "fuzz", "HostileFrames"))) {
            List<Path> scripts = files.sorted().toList();
            return scripts.stream().map(script -> DynamicTest.dynamicTest(
                    script.getFileName().toString(),
                    () -> HostileFrames.fuzzerTestOneInput(Files.readAllBytes(script))));
        }
    }
}
