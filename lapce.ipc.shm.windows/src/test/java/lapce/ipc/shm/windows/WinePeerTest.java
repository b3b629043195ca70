package lapce.ipc.shm.windows;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import lapce.ipc.api.Frame;
import lapce.ipc.api.Framer;
import lapce.ipc.api.Listener;
import lapce.ipc.api.Options;
import lapce.ipc.api.Stream;
import lapce.ipc.api.WaitStrategy;
import lapce.ipc.shm.Parker;
import lapce.ipc.shm.Platform;
import lapce.ipc.shm.Region;
import lapce.ipc.shm.ShmTransport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A program for Windows that was written from `doc/shared-memory.md`, run by Wine, and a stream of this JVM, over one section that the
/// page file backs. Wine keeps such a section in a file without a name, which Linux lets another process map.
class WinePeerTest {
    private static final Path SOURCES = Path.of("..", "interop", "c");
    private static final String MINGW = "x86_64-w64-mingw32-gcc";
    private static final int FRAMES = 1_000_000;
    private static final Options SPINNING = Options.DEFAULT.withWaitStrategy(WaitStrategy.yielding()).withWarmSlots(0);

    @TempDir
    private Path folder;

    @Test
    void aMillionFramesGoThereAndBack() throws Exception {
        assumeTrue(Simulation.isCommand(MINGW) && Simulation.isCommand("wine"), "skipped: no " + MINGW + ", or no wine; install gcc-mingw-w64-x86-64 and wine64");
        Path program = folder.resolve("peer.exe");
        Simulation.run(List.of(
                MINGW, "-std=c11", "-O2", "-Wall", "-Wextra", "-Werror", "-static", "-pthread", "-o", program.toString(),
                SOURCES.resolve("peer.c").toString(), SOURCES.resolve("lapce_ipc.c").toString()));
        try (Wine wine = new Wine(program, FRAMES)) {
            ShmTransport transport = new ShmTransport(wine.platform());
            try (Listener listener = transport.bind("wine", SPINNING);
                    Stream connected = transport.connect("wine", SPINNING); // claims the slot; the peer uses its region
                    Stream accepted = listener.accept(Duration.ofSeconds(10))) {
                assertTrue(connected.isOpen());
                wine.regionIsMade();
                assertEquals(FRAMES, sendBack(accepted));
                assertTrue(wine.end().matches("exchanged 1000000 frames in [0-9.]+ s"));
            }
        }
    }

    /// The framer checks each frame's CRC32; the peer does, too, and the order.
    private static int sendBack(Stream stream) throws IOException {
        Framer framer = Framer.over(stream);
        int count = 0;
        for (Frame frame = framer.receive(); frame != null; frame = framer.receive()) {
            framer.send(frame.type(), frame.flags(), frame.id(), frame.payload());
            count++;
        }
        stream.closeOutput();
        return count;
    }

    /// Both ends of this process share it, so neither may take it from the other. Nobody waits at its words.
    private record SharedView(MemorySegment memory) implements Region {
        @Override
        public Parker parker(long offset) {
            throw new UnsupportedOperationException("no counts of wakes are in a connection's region: offset=" + offset);
        }

        @Override
        public void close() {}
    }

    /// The peer, and Wine's server, which would stay for a while.
    private static final class Wine implements AutoCloseable {
        private static final Map<String, String> ENVIRONMENT = Map.of(
                "WINEPREFIX", Path.of("target").toAbsolutePath().resolve("wine").toString(), "WINEDEBUG", "-all", "WINEDLLOVERRIDES", "mscoree,mshtml=");

        private final Path program;
        private final int frames;
        private Process process;
        private Region section;

        Wine(Path program, int frames) {
            this.program = program;
            this.frames = frames;
        }

        /// The simulated one, but for the region of the one connection, which is the peer's section.
        Platform platform() throws IOException {
            Platform simulated = Simulation.platform();
            return (Platform) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {Platform.class}, (_, method, arguments) ->
                    switch (method.getName()) {
                        case "create" -> isConnection(arguments) ? section((long) arguments[1]) : invoke(simulated, method, arguments);
                        case "open" -> isConnection(arguments) ? section : invoke(simulated, method, arguments);
                        default -> invoke(simulated, method, arguments);
                    });
        }

        private static boolean isConnection(Object[] arguments) {
            return ((String) arguments[0]).matches(".*~s\\d+g\\d+");
        }

        private static Object invoke(Platform simulated, Method method, Object[] arguments) throws Throwable {
            try {
                return method.invoke(simulated, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }

        private Region section(long byteSize) throws IOException {
            start(program.toString(), "section", "Local\\lapce_ipc_wine_peer", Long.toString(byteSize), Integer.toString(frames), "64");
            assertEquals("ready", process.inputReader().readLine());
            section = new SharedView(mapped(byteSize));
            return section;
        }

        /// Of the files without a name that the peer has open, the one of that size.
        private MemorySegment mapped(long byteSize) throws IOException {
            try (var descriptors = Files.list(Path.of("/proc", Long.toString(process.pid()), "fd"))) {
                Path file = descriptors.filter(descriptor -> isSection(descriptor, byteSize)).findFirst().orElseThrow();
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                    return channel.map(FileChannel.MapMode.READ_WRITE, 0, byteSize, Arena.ofAuto());
                }
            }
        }

        private static boolean isSection(Path descriptor, long byteSize) {
            try {
                return Files.readSymbolicLink(descriptor).toString().endsWith(" (deleted)") && Files.isRegularFile(descriptor)
                        && Files.size(descriptor) >= byteSize;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void regionIsMade() throws IOException {
            process.getOutputStream().write('\n');
            process.getOutputStream().flush();
        }

        String end() throws Exception {
            String said = process.inputReader().readLine();
            assertTrue(process.waitFor(10, TimeUnit.SECONDS), "the peer ends");
            assertEquals(0, process.exitValue());
            return said;
        }

        private void start(String... arguments) throws IOException {
            ProcessBuilder builder = new ProcessBuilder("wine").redirectError(ProcessBuilder.Redirect.INHERIT);
            builder.command().addAll(List.of(arguments));
            builder.environment().putAll(ENVIRONMENT);
            process = builder.start();
        }

        @Override
        public void close() throws IOException {
            if (process != null) {
                process.destroyForcibly().onExit().join();
            }
            ProcessBuilder server = new ProcessBuilder("wineserver", "-k");
            server.environment().putAll(ENVIRONMENT);
            server.start().onExit().join();
        }
    }
}
