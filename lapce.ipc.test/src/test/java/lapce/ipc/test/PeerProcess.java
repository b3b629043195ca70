package lapce.ipc.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import lapce.ipc.shm.Step;
import lapce.ipc.test.contract.Background;
import lapce.ipc.test.process.Crashes;
import lapce.ipc.test.process.Peer;

/// A [Peer] in a JVM of its own; ended, the hard way if need be, when this is closed.
final class PeerProcess implements AutoCloseable {
    private final Process process;
    private final BufferedReader output;

    PeerProcess(Peer.Role role, String endpoint, String... more) throws IOException {
        this(command(role, endpoint, more));
    }

    PeerProcess(List<String> command) throws IOException {
        this.process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        this.output = process.inputReader();
    }

    /// One that stops at a step, and says so on its standard output.
    static PeerProcess stoppingAt(Step step, Peer.Role role, String endpoint, String... more) throws IOException {
        List<String> command = command(role, endpoint, more);
        command.addAll(1, List.of("-D" + Step.PROPERTY + "=" + step, "-Dorg.slf4j.simpleLogger.logFile=System.out"));
        return new PeerProcess(command);
    }

    /// One that is process 1 of a namespace.
    static PeerProcess inNamespace(Peer.Role role, String endpoint) throws IOException {
        List<String> command = new ArrayList<>(List.of("unshare", "--pid", "--fork", "--kill-child", "--mount-proc"));
        command.addAll(command(role, endpoint));
        return new PeerProcess(command);
    }

    /// One that may have so much and no more, as prlimit(1) takes it.
    static PeerProcess limited(String limit, Peer.Role role, String endpoint) throws IOException {
        return new PeerProcess(limitedCommand(limit, role, endpoint));
    }

    static List<String> limitedCommand(String limit, Peer.Role role, String endpoint, String... more) {
        List<String> command = new ArrayList<>(List.of("prlimit", limit));
        command.addAll(command(role, endpoint, more));
        return command;
    }

    static List<String> command(Peer.Role role, String endpoint, String... more) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-Xmx128m", "-XX:-UsePerfData", // whose files are named by process ids
                Crashes.option(),
                "-Dlapce.ipc.shm.napSeconds=" + Integer.getInteger("lapce.ipc.shm.napSeconds", 60),
                "-Dslf4j.internal.verbosity=ERROR", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "--enable-native-access=lapce.ipc.shm.linux", "--illegal-native-access=deny",
                "--add-modules=lapce.ipc.framing,lapce.ipc.shm.linux"));
        if (!System.getProperty("coverage.args", "").isEmpty()) {
            command.add(1, System.getProperty("coverage.args"));
        }
        String modulePath = System.getProperty("jdk.module.path", System.getProperty("java.class.path"));
        command.addAll(List.of("--module-path", modulePath, "--module", "lapce.ipc.test/" + Peer.class.getName()));
        command.addAll(List.of(role.name(), endpoint));
        command.addAll(List.of(more));
        return command;
    }

    PeerProcess awaitReady() throws Exception {
        return awaitSaid("ready");
    }

    PeerProcess awaitSaid(String line) throws Exception {
        assertEquals(line, Background.call(output::readLine).get());
        return this;
    }

    /// From now on it runs when nothing else wants to: its load shall not slow down the start of others.
    PeerProcess yieldToOthers() throws Exception {
        run("renice", "-n", "19", "-p", Long.toString(process.pid()));
        return this;
    }

    private static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        assertEquals(0, process.waitFor(), () -> String.join(" ", command));
    }

    /// Waits until it has stopped at its step; fails if it ends instead.
    void awaitStopped(Step step) throws Exception {
        assertTrue(Background.call(() -> output.lines().anyMatch(line -> line.endsWith(Step.PROPERTY + "=" + step))).get(),
                () -> "the process comes to " + step);
    }

    /// Kills it; fails if it has ended by itself.
    void killAlive() {
        assertTrue(process.isAlive(), "the process has not ended by itself");
        kill();
    }

    void kill() {
        process.destroyForcibly().onExit().join();
    }

    /// Ends it by a signal that the JVM takes for a fault of its own.
    void crash() throws Exception {
        run("kill", "-SEGV", Long.toString(process.pid()));
        assertTrue(process.waitFor(20, TimeUnit.SECONDS), "peer crashes");
    }

    /// Stops it, and returns when the last of its threads has stopped: the signal alone takes a while to reach them.
    void stop() throws Exception {
        run("kill", "-STOP", Long.toString(process.pid()));
        Background.await("all threads stop", this::isStopped);
    }

    private boolean isStopped() {
        try (var threads = Files.newDirectoryStream(Path.of("/proc", Long.toString(process.pid()), "task"))) {
            for (Path thread : threads) {
                if (Files.readAllLines(thread.resolve("status")).stream().noneMatch(line -> line.startsWith("State:\tT"))) {
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void goOn() throws Exception {
        run("kill", "-CONT", Long.toString(process.pid()));
    }

    /// Asks it to end in order. Not by the method of Process, which closes its standard input too.
    void terminate() throws Exception {
        run("kill", "-TERM", Long.toString(process.pid()));
        assertTrue(process.waitFor(20, TimeUnit.SECONDS), "peer ends");
    }

    void awaitOrderlyEnd() throws InterruptedException {
        assertTrue(process.waitFor(20, TimeUnit.SECONDS), "peer ends");
        assertEquals(0, process.exitValue());
    }

    @Override
    public void close() {
        kill();
    }
}
