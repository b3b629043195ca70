package lapce.ipc.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Looks for a script of a hostile peer that its other end does not stand, for `fuzz.seconds` each, in a JVM of its own. The
/// peers are test classes of the modules they attack; there they see what is package-private, on the class path.
@EnabledOnOs(OS.LINUX)
@Timeout(value = 1, unit = TimeUnit.DAYS)
class FuzzTest {
    private static final Pattern ROUND = Pattern.compile("cov: (\\d+) ft: \\d+ corp: (\\d+)");
    private static final Pattern END = Pattern.compile("Done (\\d+) runs in (\\d+) second");

    @ParameterizedTest
    @CsvSource({
        "lapce.ipc.framing, lapce.ipc.framing.HostileFrames",
        "lapce.ipc.shm,     lapce.ipc.shm.ring.HostileProducer",
        "lapce.ipc.shm,     lapce.ipc.shm.ring.HostileConsumer",
        "lapce.ipc.shm,     lapce.ipc.shm.HostilePeer",
    })
    void everyScriptEndsAsDeclared(String module, String peer) throws Exception {
        String name = peer.substring(peer.lastIndexOf('.') + 1);
        Path stored = Path.of("..", module, "src", "test", "fuzz", name).toAbsolutePath().normalize();
        Path folder = Path.of("target", "fuzz", name).toAbsolutePath();
        Files.createDirectories(folder.resolve("corpus"));
        Path log = folder.resolve("log");
        int status = new ProcessBuilder(command(peer, stored))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start()
                .waitFor();
        String said = Files.readString(log);
        assertEquals(0, status, () -> "a finding: keep its crash-, timeout- or oom- file of " + folder + " in " + stored
                + "\n" + said.substring(Math.max(0, said.indexOf("\n=="))));
        System.out.println(name + ": " + summary(said));
    }

    private static List<String> command(String peer, Path stored) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m", "-XX:+EnableDynamicAgentLoading", "-Dslf4j.internal.verbosity=ERROR",
                "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow",
                "--class-path", classPath(), "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + peer, "--instrumentation_includes=lapce.ipc.**", "--custom_hook_includes=lapce.ipc.**",
                limit(Integer.getInteger("fuzz.seconds")), "-timeout=10", "-max_len=1024",
                "corpus", stored.toString());
    }

    /// To libFuzzer no time is for ever; here it is what is stored, and nothing new.
    private static String limit(int seconds) {
        return seconds == 0 ? "-runs=0" : "-max_total_time=" + seconds;
    }

    private static String classPath() {
        return String.join(
                File.pathSeparator,
                System.getProperty("jdk.module.path"),
                System.getProperty("java.class.path"),
                Path.of("..", "lapce.ipc.framing", "target", "test-classes").toAbsolutePath().toString(),
                Path.of("..", "lapce.ipc.shm", "target", "test-classes").toAbsolutePath().toString());
    }

    private static String summary(String said) {
        Matcher round = ROUND.matcher(said);
        String coverage = "";
        while (round.find()) {
            coverage = ", " + round.group(1) + " edges, " + round.group(2) + " scripts kept";
        }
        Matcher end = END.matcher(said);
        assertTrue(end.find(), said);
        long runs = Long.parseLong(end.group(1));
        long seconds = Long.parseLong(end.group(2));
        return runs + " scripts in " + seconds + " s, " + runs / Math.max(1, seconds) + "/s" + coverage + ", no finding";
    }
}
