package lapce.ipc.bench;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/// The processes of one contender: two of Java, or one program that has a child of its own. They live through all rounds, and sleep while
/// others are measured.
final class Rival implements AutoCloseable {
    private static final Path ARGUMENTS = Path.of(System.getProperty("bench.folder"), "classes", "lapce", "ipc", "bench", "peers.args");
    private static final int DIGITS = 3;
    private static final long SECONDS_TO_END = 5;

    private final String peer;
    private final String mode;
    private final List<Process> processes; // the one that measures is the last

    private Rival(String peer, String mode, List<Process> processes) {
        this.peer = peer;
        this.mode = mode;
        this.processes = processes;
    }

    /// @param place a path that nothing has
    static Rival ofJava(Contender contender, Path place) throws IOException {
        Rival rival = new Rival(contender.peer(), contender.mode(), new ArrayList<>());
        String address = rival.start(java("server", contender, place.toString()));
        rival.start(java("client", contender, address));
        return rival;
    }

    /// @param command speaks the protocol of [End], and says one line when it is ready
    static Rival ofProgram(String peer, String mode, List<String> command) throws IOException {
        Rival rival = new Rival(peer, mode, new ArrayList<>());
        rival.start(command);
        return rival;
    }

    private static List<String> java(String end, Contender contender, String address) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms256m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:-UsePerfData",
                "@" + ARGUMENTS,
                "-cp", System.getProperty("java.class.path"),
                End.class.getName(), end, contender.name(), address);
    }

    /// Returns the first line that the process says; it is stopped with this.
    private String start(List<String> command) throws IOException {
        try {
            Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
            processes.add(process);
            return line(process);
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    String peer() {
        return peer;
    }

    String mode() {
        return mode;
    }

    /// Measures one slice, at the end of which nobody is busy.
    Sample run(Slice slice) throws IOException {
        for (Process process : processes) {
            process.outputWriter().write(slice.order() + "\n");
            process.outputWriter().flush();
        }
        Sample sample = Sample.NONE;
        for (Process process : processes) {
            sample = sample.with(JSON.std.mapFrom(line(process)));
        }
        return sample;
    }

    private String line(Process process) throws IOException {
        String line = process.inputReader().readLine();
        if (line == null) {
            throw new IOException(peer + " (" + mode + ") has ended");
        }
        return line;
    }

    /// What came of one slice, over all processes.
    ///
    /// @param messages one way or there and back
    /// @param nanos until the last was received
    /// @param cpuNanos of all processes
    /// @param residentBytes of all processes; what they share counts in each
    /// @param histogram of round trips in nanoseconds
    record Sample(long messages, long nanos, long cpuNanos, long residentBytes, Histogram histogram) {
        private static final Sample NONE = new Sample(0, 0, 0, 0, new Histogram(DIGITS));

        private Sample with(Map<String, Object> told) {
            Histogram sum = new Histogram(DIGITS);
            sum.add(histogram);
            ((Map<?, ?>) told.get("histogram")).forEach((value, count) ->
                    sum.recordValueWithCount(Long.parseLong((String) value), ((Number) count).longValue()));
            return new Sample(
                    messages + number(told, "messages"),
                    nanos + number(told, "nanos"),
                    cpuNanos + number(told, "cpuNanos"),
                    residentBytes + number(told, "residentBytes"),
                    sum);
        }

        private static long number(Map<String, Object> told, String name) {
            return ((Number) told.get(name)).longValue();
        }

        double perSecond() {
            return messages * 1e9 / nanos;
        }
    }

    @Override
    public void close() {
        for (Process process : processes.reversed()) {
            try {
                process.outputWriter().close();
            } catch (IOException e) {
                process.destroy(); // it has ended already, or cannot be told
            }
        }
        for (Process process : processes.reversed()) {
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
}
