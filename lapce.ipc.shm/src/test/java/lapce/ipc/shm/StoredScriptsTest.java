package lapce.ipc.shm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import lapce.ipc.shm.ring.HostileConsumer;
import lapce.ipc.shm.ring.HostileProducer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Plays what fuzzing has kept: a script for each way it found through the code, and for each defect.
class StoredScriptsTest {
    private interface Peer {
        void play(byte[] script) throws IOException;
    }

    @TestFactory
    Stream<DynamicTest> scriptOfAProducerEndsAsDeclared() throws IOException {
        return tests("HostileProducer", HostileProducer::fuzzerTestOneInput);
    }

    @TestFactory
    Stream<DynamicTest> scriptOfAConsumerEndsAsDeclared() throws IOException {
        return tests("HostileConsumer", HostileConsumer::fuzzerTestOneInput);
    }

    @TestFactory
    Stream<DynamicTest> scriptOfAPeerEndsAsDeclared() throws IOException {
        return tests("HostilePeer", HostilePeer::fuzzerTestOneInput);
    }

    private static Stream<DynamicTest> tests(String name, Peer peer) throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src", "test", "fuzz", name))) {
            List<Path> scripts = files.sorted().toList();
            return scripts.stream().map(script -> DynamicTest.dynamicTest(
                    script.getFileName().toString(), () -> peer.play(Files.readAllBytes(script))));
        }
    }
}
