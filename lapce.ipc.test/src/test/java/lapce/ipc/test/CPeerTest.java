package lapce.ipc.test;

import static lapce.ipc.test.contract.Pair.SOON;
import static lapce.ipc.test.contract.Pair.freshEndpoint;
import static lapce.ipc.test.contract.Pair.message;
import static lapce.ipc.test.contract.Pair.receiveText;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import lapce.ipc.api.EndpointInUseException;
import lapce.ipc.api.Frame;
import lapce.ipc.api.Framer;
import lapce.ipc.api.IncompatibleLayoutException;
import lapce.ipc.api.Ipc;
import lapce.ipc.api.Listener;
import lapce.ipc.api.MessageType;
import lapce.ipc.api.Options;
import lapce.ipc.api.PeerGoneException;
import lapce.ipc.api.Stream;
import lapce.ipc.api.WaitStrategy;
import lapce.ipc.test.contract.Background;
import lapce.ipc.test.process.Peer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Talks with what was written in C from `doc/shared-memory.md`: the same bytes, the same wakes, the same ends.
@EnabledOnOs(OS.LINUX)
class CPeerTest {
    private static final Path SOURCES = Path.of("..", "interop", "c");
    private static final Path BUILT = Path.of("target", "c");
    private static final Options SMALLEST_PARKED = Options.DEFAULT
            .withRingBytes(Options.MIN_RING_BYTES)
            .withWaitStrategy(WaitStrategy.blocking(Duration.ZERO))
            .withSendTimeout(Stream.FOREVER);

    private final String endpoint = freshEndpoint("shm");
    private final String name = endpoint.substring(endpoint.indexOf(':') + 1);
    private final SharedObjects objects = new SharedObjects(endpoint);

    /// How the C side is built.
    enum Build {
        OPTIMIZED("-O2"),
        /// Where a thread that is cancelled ends, AddressSanitizer writes to its signal stack, which is gone by then.
        WITH_ADDRESS_SANITIZER("-O1", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"),
        WITH_THREAD_SANITIZER("-O1", "-g", "-fsanitize=thread", "-Wno-tsan");

        private final List<String> flags;

        Build(String... flags) {
            this.flags = List.of(flags);
        }

        Path program(String name) {
            return BUILT.resolve(name + "-" + name().toLowerCase(Locale.ROOT).replace('_', '-'));
        }

        private boolean compile(String name) throws Exception {
            List<String> command = new ArrayList<>(List.of("cc", "-std=c11", "-Wall", "-Wextra", "-Werror", "-pthread", "-o", program(name).toString()));
            command.addAll(flags);
            command.addAll(List.of(SOURCES.resolve(name + ".c").toString(), SOURCES.resolve("lapce_ipc.c").toString()));
            Process compiler = new ProcessBuilder(command).inheritIO().start();
            return compiler.waitFor() == 0;
        }
    }

    @BeforeAll
    static void compile() throws Exception {
        assumeTrue(isCompiler(), "skipped: no cc; install gcc and libc6-dev");
        Files.createDirectories(BUILT);
        for (Build build : Build.values()) {
            for (String program : List.of("peer", "selftest")) {
                assertTrue(build.compile(program), () -> program + " compiles " + build);
            }
        }
        assertTrue(Build.OPTIMIZED.compile("example"), "the example compiles");
    }

    private static boolean isCompiler() throws InterruptedException {
        try {
            return new ProcessBuilder("cc", "--version").redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor() == 0;
        } catch (IOException e) {
            return false; // there is no such command
        }
    }

    /// A process of the C side.
    private record C(Process process) implements AutoCloseable {
        static C start(Build build, Map<String, String> environment, String... arguments) throws IOException {
            List<String> command = new ArrayList<>(List.of(build.program("peer").toString()));
            command.addAll(List.of(arguments));
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().put("ASAN_OPTIONS", "use_sigaltstack=0");
            builder.environment().putAll(environment);
            return new C(builder.start());
        }

        static C start(String... arguments) throws IOException {
            return start(Build.OPTIMIZED, Map.of(), arguments);
        }

        C awaitReady() throws Exception {
            assertEquals("ready", Background.call(process.inputReader()::readLine).get());
            return this;
        }

        void kill() {
            process.destroyForcibly().onExit().join();
        }

        /// The rest of what it says, with how it ended.
        String end() throws Exception {
            String said = Background.call(() -> String.join("\n", process.inputReader().readAllLines())).get();
            assertTrue(process.waitFor(SOON.toSeconds(), TimeUnit.SECONDS), "the peer ends");
            return said + (process.exitValue() == 0 ? "" : " (" + process.exitValue() + ")");
        }

        @Override
        public void close() {
            kill();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCClientExchangesFramesWithAJavaServerThatParks(Build build) throws Exception {
        try (Listener listener = Ipc.bind(endpoint, SMALLEST_PARKED);
                C client = C.start(build, Map.of("RING_BYTES", "4096"), "exchange", name, "20000", "64");
                Stream stream = listener.accept(SOON)) {
            assertEquals(20_000, sendFramesBack(stream));
            assertTrue(client.end().matches("exchanged 20000 frames in [0-9.]+ s"));
        }
        assertNothingRemains();
    }

    @Test
    void aCClientExchangesFramesThatAreFragments() throws Exception {
        try (Listener listener = Ipc.bind(endpoint, SMALLEST_PARKED);
                C client = C.start(Build.WITH_ADDRESS_SANITIZER, Map.of("RING_BYTES", "4096"), "exchange", name, "300", "100000");
                Stream stream = listener.accept(SOON)) {
            assertEquals(300, sendFramesBack(stream));
            assertTrue(client.end().startsWith("exchanged 300 frames"));
        }
        assertNothingRemains();
    }

    /// It spins, so that neither sees the other arm, and takes part in barriers.
    @Test
    void bothSpin() throws Exception {
        try (Listener listener = Ipc.bind(endpoint, Options.DEFAULT.withWaitStrategy(WaitStrategy.busySpin()));
                C client = C.start(Build.OPTIMIZED, Map.of("SPINS", "4294967295"), "exchange", name, "200000", "64");
                Stream stream = listener.accept(SOON)) {
            assertEquals(200_000, sendFramesBack(stream));
            assertTrue(client.end().startsWith("exchanged 200000 frames"));
        }
        assertNothingRemains();
    }

    private static int sendFramesBack(Stream stream) throws IOException {
        Framer framer = Framer.over(stream);
        int count = 0;
        for (Frame frame = framer.receive(SOON); frame != null; frame = framer.receive(SOON)) {
            framer.send(frame.type(), frame.flags(), frame.id(), frame.payload());
            count++;
        }
        stream.closeOutput();
        return count;
    }

    @ParameterizedTest
    @EnumSource
    void aJavaClientExchangesFramesWithACServer(Build build) throws Exception {
        try (C server = C.start(build, Map.of(), "echo", name, "1").awaitReady()) {
            try (Stream stream = Ipc.connect(endpoint, SMALLEST_PARKED)) {
                Framer framer = Framer.over(stream);
                Background<Integer> receiving = Background.call(() -> {
                    int count = 0;
                    for (Frame frame = framer.receive(SOON); frame != null; frame = framer.receive(SOON)) {
                        assertEquals(++count, frame.id());
                    }
                    return count;
                });
                for (int i = 0; i < 5_000; i++) {
                    framer.send(MessageType.DATA, new byte[i % 3_000]); // some of them are fragments
                }
                stream.closeOutput();
                assertEquals(5_000, receiving.get());
            }
            assertEquals("", server.end());
        }
        assertNothingRemains();
    }

    /// More clients than slots, so that each waits for one that another leaves.
    @Test
    void javaClientsTakeTurnsAtACServersSlots() throws Exception {
        try (C server = C.start("echo", name, "64").awaitReady()) {
            assertThrows(EndpointInUseException.class, () -> Ipc.bind(endpoint));
            List<Background<String>> clients = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                String text = "client " + i;
                clients.add(Background.call(() -> {
                    try (Stream stream = Ipc.connect(endpoint, SMALLEST_PARKED.withConnectTimeout(SOON))) {
                        stream.send(message(text));
                        return receiveText(stream);
                    }
                }));
            }
            for (int i = 0; i < clients.size(); i++) {
                assertEquals("client " + i, clients.get(i).get());
            }
            assertEquals("", server.end());
        }
        assertNothingRemains();
    }

    @Test
    void cClientsTakeTurnsAtAJavaServersSlots() throws Exception {
        try (Listener listener = Ipc.bind(endpoint, SMALLEST_PARKED.withSlots(2, 2))) {
            List<C> clients = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                clients.add(C.start("exchange", name, "1000", "64"));
            }
            for (int i = 0; i < clients.size(); i++) {
                try (Stream stream = listener.accept(SOON)) {
                    assertEquals(1000, sendFramesBack(stream));
                    assertNull(stream.receive(SOON));
                }
            }
            for (C client : clients) {
                assertTrue(client.end().startsWith("exchanged 1000 frames"));
            }
        }
        assertNothingRemains();
    }

    @Test
    void aReaderGetsPeerGoneWhenItsCClientIsKilled() throws Exception {
        try (Listener listener = Ipc.bind(endpoint)) {
            try (C client = C.start("stay", name).awaitReady();
                    Stream stream = listener.accept(SOON)) {
                assertThreeMessages(stream);
                Background<byte[]> reading = Background.call(() -> stream.receive());
                reading.awaitParked();
                client.kill();
                assertThrows(PeerGoneException.class, reading::get);
            }
            Background.await("the dead client's line is given back", () -> objects.clientLocks() == 0);
        }
        assertNothingRemains();
    }

    @Test
    void aReaderGetsPeerGoneWhenItsCServerIsKilled() throws Exception {
        try (C server = C.start("serve", name).awaitReady();
                Stream stream = Ipc.connect(endpoint)) {
            assertThreeMessages(stream);
            Background<byte[]> reading = Background.call(() -> stream.receive());
            reading.awaitParked();
            server.kill();
            assertThrows(PeerGoneException.class, reading::get);
        }
        Ipc.bind(endpoint).close(); // sweeps
        assertNothingRemains();
    }

    @Test
    void aCClientNoticesThatItsJavaServerWasKilled() throws Exception {
        try (PeerProcess server = new PeerProcess(Peer.Role.SERVE, endpoint).awaitReady();
                C client = C.start("stay", name).awaitReady()) {
            server.kill();
            assertEquals("peer: the peer died, or turned this client away (1)", client.end());
        }
        try (C next = C.start("echo", name, "0").awaitReady()) { // sweeps
            assertEquals("", next.end());
        }
        assertNothingRemains();
    }

    @Test
    void aCServerNoticesThatItsJavaClientWasKilled() throws Exception {
        try (C server = C.start(Build.WITH_THREAD_SANITIZER, Map.of(), "echo", name, "2").awaitReady()) {
            try (PeerProcess client = new PeerProcess(Peer.Role.SEND_AND_STAY, endpoint).awaitReady();
                    Stream other = Ipc.connect(endpoint)) {
                client.kill();
                other.send(message("still there"));
                assertEquals("still there", receiveText(other));
            }
            assertEquals("stream ended: the peer died, or turned this client away", server.end());
        }
        assertNothingRemains();
    }

    @Test
    void aCServerServesAJavaClientThatComesAndGoes() throws Exception {
        try (C server = C.start("echo", name, "40").awaitReady()) {
            for (int i = 0; i < 40; i++) { // more than there are slots
                try (Stream stream = Ipc.connect(endpoint)) {
                    stream.send(message("turn " + i));
                    assertEquals("turn " + i, receiveText(stream));
                }
            }
            assertEquals("", server.end());
        }
        assertNothingRemains();
    }

    @Test
    void anotherLayoutIsRefused() throws Exception {
        try (Listener listener = Ipc.bind(endpoint)) {
            assertEquals(endpoint, "shm:" + listener.endpoint());
            SharedObjects.overwriteInt(objects.control(), 8, 1000);
            try (C client = C.start("stay", name)) {
                assertTrue(client.end().contains("another layout: endpoint=" + name + ", magic=0x4c5443454350414c, version=1000, this reads 9"));
            }
            assertThrows(IncompatibleLayoutException.class, () -> Ipc.connect(endpoint));
        }
        assertNothingRemains();
    }

    @Test
    void nobodyIsThere() throws Exception {
        try (C client = C.start("stay", name)) {
            assertEquals(
                    "peer: no such endpoint: endpoint=" + name + "; start the program that binds it, with the same user and session (1)",
                    client.end());
        }
    }

    /// Frames, and what a hostile peer may write into a ring, and into the control region of a server that is bound to the name.
    @ParameterizedTest
    @EnumSource
    void itsOwnTests(Build build) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(build.program("selftest").toString(), SOURCES.resolveSibling("golden").toString(), name).inheritIO();
        builder.environment().put("ASAN_OPTIONS", "use_sigaltstack=0");
        assertEquals(0, builder.start().waitFor());
        assertNothingRemains();
    }

    @Test
    void theExampleIsAnswered() throws Exception {
        try (Listener listener = Ipc.bind(endpoint)) {
            Process example = new ProcessBuilder(Build.OPTIMIZED.program("example").toString(), name, "Hello from C").redirectErrorStream(true).start();
            try (Stream stream = listener.accept(SOON)) {
                Framer framer = Framer.over(stream);
                Frame frame = framer.receive(SOON);
                byte[] payload = frame.payload().toArray(ValueLayout.JAVA_BYTE);
                assertArrayEquals("Hello from C".getBytes(StandardCharsets.UTF_8), payload);
                framer.send(MessageType.RESPONSE, Frame.IS_RESPONSE, frame.id(), MemorySegment.ofArray("Hello from Java".getBytes(StandardCharsets.UTF_8)));
                assertNull(framer.receive(SOON));
            }
            assertEquals(List.of("response 1: Hello from Java"), example.inputReader().readAllLines());
            assertEquals(0, example.waitFor());
        }
    }

    private void assertThreeMessages(Stream stream) throws IOException {
        for (int i = 1; i <= 3; i++) {
            assertEquals("message " + i, receiveText(stream));
        }
    }

    private void assertNothingRemains() {
        assertEquals(List.of(), objects.names());
    }
}
