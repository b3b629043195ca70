package lapce.ipc.shm.macos;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import lapce.ipc.api.Ipc;
import lapce.ipc.api.Listener;
import lapce.ipc.api.Options;
import lapce.ipc.api.PeerGoneException;
import lapce.ipc.api.Stream;
import lapce.ipc.shm.ShmTransport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/// Two processes, one of which is killed.
@EnabledIf("lapce.ipc.shm.macos.Simulation#isAvailable")
class SimulatedProcessTest {
    private static final String NAME = "echo";
    private static final int MESSAGES = 20_000;

    /// Sends back what comes, until it is killed.
    static final class Echo {
        private Echo() {}

        public static void main(String[] arguments) throws IOException {
            try (Listener listener = Ipc.bind(SimulatedTransportProvider.SCHEME + ":" + NAME)) {
                System.out.println("bound");
                try (Stream stream = listener.accept()) {
                    for (byte[] message = stream.receive(); message != null; message = stream.receive()) {
                        stream.send(MemorySegment.ofArray(message));
                    }
                }
            }
        }
    }

    private static Process startEcho(Path directory) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-D" + Simulation.DIRECTORY + "=" + directory,
                        "-cp", System.getProperty("java.class.path"),
                        Echo.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    @Test
    void messagesTravelADeathIsSeenAndItsRemainsGo() throws Exception {
        Path directory = Simulation.freshDirectory();
        MacPlatform platform = new MacPlatform(Simulation.libc(), directory);
        ShmTransport transport = new ShmTransport(platform);
        Process echo = startEcho(directory);
        try (BufferedReader said = echo.inputReader()) {
            assertEquals("bound", said.readLine());
            try (Stream stream = transport.connect(NAME, Options.DEFAULT)) {
                for (int i = 0; i < MESSAGES; i++) {
                    byte[] message = {(byte) i, (byte) (i >> 8)};
                    stream.send(MemorySegment.ofArray(message));
                    assertArrayEquals(message, stream.receive());
                }
                echo.destroyForcibly();
                assertThrows(PeerGoneException.class, stream::receive);
            }
            echo.waitFor();
            for (var found : transport.survey()) {
                transport.sweep(found);
            }
            assertEquals(List.of(), platform.list(""));
        } finally {
            echo.destroyForcibly().waitFor();
        }
        assertEquals(List.of(), Simulation.left());
    }
}
