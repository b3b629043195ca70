package lapce.ipc.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/// Another process of this program, which ends when it is closed.
final class ChildProcess implements AutoCloseable {
    /// The exit status of a process that ended because the other one, or the demo itself, did: it is not to blame.
    static final int OTHER_IS_GONE = 3;

    private static final long SECONDS_TO_END = 2;

    /// Not virtual ones: each holds its carrier while it reads a pipe, and there may be more processes than carriers.
    private static final Executor ERRORS = reader -> Thread.ofPlatform().daemon().name("errors").start(reader);

    private final String command;
    private final Process process;
    private final CompletableFuture<String> failure;

    private ChildProcess(String command, Process process) {
        this.command = command;
        this.process = process;
        this.failure = CompletableFuture.supplyAsync(this::readErrors, ERRORS);
    }

    static ChildProcess start(String command, List<String> arguments) throws IOException {
        return start(List.of(), command, arguments);
    }

    /// @param java options of its Java
    static ChildProcess start(List<String> java, String command, List<String> arguments) throws IOException {
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.addAll(java);
        line.addAll(List.of(
                "--module-path",
                System.getProperty("jdk.module.path"),
                "--module",
                Main.class.getModule().getName() + "/" + Main.class.getName(),
                command));
        line.addAll(arguments);
        return new ChildProcess(command, new ProcessBuilder(line).start());
    }

    BufferedReader output() {
        return process.inputReader();
    }

    /// Says what to do next; [Orders] reads it.
    void order(String order) throws IOException {
        process.outputWriter().write(order + System.lineSeparator());
        process.outputWriter().flush();
    }

    /// The next line of its standard output; throws what it said if it has failed instead.
    String line() throws IOException {
        String line = process.inputReader().readLine();
        if (line == null) {
            check();
            throw new IOException(command + " ended early");
        }
        return line;
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    void whenItFails(Runnable action) {
        var ignored = process.onExit().thenAccept(ended -> {
            if (ended.exitValue() != 0) {
                action.run();
            }
        });
    }

    /// Kills it (SIGKILL), and returns once its standard output has ended.
    void kill() throws IOException {
        handle().destroyForcibly(); // as Process.destroyForcibly does, which closes our end of the output as well
        while (process.inputReader().readLine() != null) {
            // what it said before
        }
    }

    /// Closes its standard input, which it watches.
    void askToEnd() {
        try {
            process.outputWriter().close();
        } catch (IOException _) {
            // it has ended already
        }
    }

    /// Waits for its end, and throws what it said if it is to blame.
    void check() throws IOException {
        int status = process.onExit().join().exitValue();
        if (status != 0 && status != OTHER_IS_GONE) {
            String said = failure.join();
            throw new IOException(said != null ? said : command + " ended with status " + status);
        }
    }

    /// The line in which it says why it failed, or null; warnings are passed on.
    private String readErrors() {
        String said = null;
        for (String line : process.errorReader().lines().toList()) {
            if (line.startsWith(OneLineErrors.PREFIX)) {
                said = line.substring(OneLineErrors.PREFIX.length());
            } else {
                System.err.println(line);
            }
        }
        return said;
    }

    @Override
    public void close() {
        askToEnd();
        try {
            if (!process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
