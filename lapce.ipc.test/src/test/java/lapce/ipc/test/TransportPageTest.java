package lapce.ipc.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// What this module's page tells a stranger is what the example does, which the build runs.
class TransportPageTest {
    private static final Path PAGE = Path.of("..", "doc", "lapce.ipc.test.md");
    private static final Path EXAMPLE = Path.of("..", "examples", "transport");

    @Test
    void theClassOfThePageIsTheTestOfTheExample() throws IOException {
        assertEquals(Files.readString(EXAMPLE.resolve("src/test/java/queue/QueueTransportTest.java")), block("java"));
    }

    @Test
    void theDependenciesOfThePageAreThoseOfTheExample() throws IOException {
        String pom = Files.readString(EXAMPLE.resolve("pom.xml"));
        String dependencies = pom.substring(pom.indexOf("<dependencies>"), pom.indexOf("</dependencies>"))
                .replace("${lapce.version}", property(pom, "lapce.version"))
                .replace("${junit.version}", property(pom, "junit.version"));
        assertEquals(dependencies.lines().skip(1).map(String::strip).filter(line -> !line.isEmpty()).toList(),
                block("xml").lines().toList());
    }

    private static String property(String pom, String name) {
        return pom.substring(pom.indexOf("<" + name + ">") + name.length() + 2, pom.indexOf("</" + name + ">"));
    }

    private static String block(String language) throws IOException {
        Matcher block = Pattern.compile("```" + language + "\\R(.*?)```", Pattern.DOTALL).matcher(Files.readString(PAGE));
        assertTrue(block.find(), language);
        return block.group(1);
    }
}
