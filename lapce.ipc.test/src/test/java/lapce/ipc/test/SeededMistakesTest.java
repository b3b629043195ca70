package lapce.ipc.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The mistakes that `./mutants` and `lapce.ipc.stress/mutants` seed still fit the code.
class SeededMistakesTest {
    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

    @ParameterizedTest
    @ValueSource(strings = {"lapce.ipc.shm.macos", "lapce.ipc.shm.windows", "lapce.ipc.stress"})
    void everyRightTextIsThereOnce(String module) throws IOException {
        List<String> lines = Files.readAllLines(ROOT.resolve(module).resolve("src/test/mutants.txt"));
        int changes = 0;
        for (int at = 0; at < lines.size(); at++) {
            if (lines.get(at).endsWith(".java")) { // and then the right text, and the wrong one, which may be empty
                String right = lines.get(at + 1).replace("\\n", "\n");
                String source = Files.readString(ROOT.resolve(lines.get(at)));
                int first = source.indexOf(right);
                assertTrue(first >= 0, "not there: " + right);
                assertEquals(first, source.lastIndexOf(right), "there twice: " + right);
                changes++;
                at += 2;
            }
        }
        assertTrue(changes > 0, module);
    }
}
