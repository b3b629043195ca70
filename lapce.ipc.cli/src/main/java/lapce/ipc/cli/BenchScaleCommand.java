package lapce.ipc.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// How throughput and latency change with the number of connections.
@Command(
        name = "scale",
        description = "Framed messages from many connections to one server thread: rates, percentiles, memory.")
final class BenchScaleCommand implements Callable<Integer> {
    private static final long LEAST_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long TRIPS = 10_000; // of each client process

    @Option(
            names = "--clients",
            paramLabel = "N",
            split = ",",
            defaultValue = "32,128,512,1000",
            description = "Connections, one run for each number (default: ${DEFAULT-VALUE}).")
    private List<Integer> clients;

    @Option(
            names = "--messages",
            paramLabel = "N",
            defaultValue = "5000",
            description = "Messages of each connection (default: ${DEFAULT-VALUE}); more when a run is shorter than 2 s.")
    private long messages;

    @Option(
            names = "--warm-up",
            paramLabel = "SECONDS",
            defaultValue = "6",
            description = "How long to send before it counts, for the compiler to finish (default: ${DEFAULT-VALUE}).")
    private int warmUp;

    @Mixin
    private ScaleOptions options;

    @Mixin
    private JsonOption json;

    @Override
    public Integer call() throws IOException {
        options.check();
        Bounds.check("--messages", 1, messages, Integer.MAX_VALUE);
        Bounds.check("--warm-up", 1, warmUp, 3600);
        for (int count : clients) {
            Bounds.check("--clients", 1, count, 1024);
        }
        List<ScaleReport.Run> runs = new ArrayList<>();
        for (int count : clients) {
            runs.add(run(count));
        }
        ScaleReport report = new ScaleReport(runs);
        json.print(report, report::text);
        return 0;
    }

    private ScaleReport.Run run(int count) throws IOException {
        try (Progress progress = new Progress()) {
            progress.update("%,d connections: connect".formatted(count));
            try (ScaleProcesses processes = ScaleProcesses.start(count, options)) {
                progress.update("%,d connections: warm-up".formatted(count));
                Rounds before = new Rounds(processes, count);
                before.run(TimeUnit.SECONDS.toNanos(warmUp));
                processes.orderClients("trips " + TRIPS);
                processes.orderClients("forget");
                progress.update("%,d connections: messages".formatted(count));
                Rounds rounds = new Rounds(processes, count);
                rounds.run(LEAST_NANOS);
                progress.update("%,d connections: round trips".formatted(count));
                processes.orderClients("trips " + TRIPS);
                return rounds.report(before);
            }
        }
    }

    /// Rounds of messages on all connections at once.
    private final class Rounds {
        private final ScaleProcesses processes;
        private final int connections;
        private long rounds;
        private long nanos;
        private ScaleRound last;

        Rounds(ScaleProcesses processes, int connections) {
            this.processes = processes;
            this.connections = connections;
        }

        void run(long leastNanos) throws IOException {
            while (nanos < leastNanos) {
                long start = System.nanoTime();
                for (ChildProcess client : processes.clients()) {
                    client.order("send " + messages);
                }
                last = JsonOption.read(ScaleRound.class, processes.server().line());
                for (ChildProcess client : processes.clients()) {
                    client.line();
                }
                nanos += last.nanoTime() - start; // one clock for all processes of a machine
                rounds++;
            }
        }

        ScaleReport.Run report(Rounds before) throws IOException {
            Histogram connect = ScaleSamples.histogram();
            Histogram write = ScaleSamples.histogram();
            Histogram roundTrip = ScaleSamples.histogram();
            long waits = 0;
            long waitNanos = 0;
            for (ChildProcess client : processes.clients()) {
                client.order("report");
                ScaleSamples samples = JsonOption.read(ScaleSamples.class, client.line());
                ScaleSamples.addTo(connect, samples.connect());
                ScaleSamples.addTo(write, samples.write());
                ScaleSamples.addTo(roundTrip, samples.roundTrip());
                waits += samples.waits();
                waitNanos += samples.waitNanos();
            }
            long sent = rounds * messages * connections;
            return new ScaleReport.Run(
                    connections,
                    sent,
                    Math.round(sent * (double) TimeUnit.SECONDS.toNanos(1) / nanos),
                    Spread.of(write),
                    Spread.of(roundTrip),
                    Spread.of(connect),
                    sent - (last.received() - before.last.received()),
                    last.duplicated(),
                    last.reordered(),
                    last.rescued(),
                    waits,
                    waitNanos,
                    last.sharedMemoryBytes(),
                    ProcessStatus.residentBytes(processes.server().handle()));
        }
    }
}
