package lapce.ipc.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Whether one quiet client is served while others are busy.
@Command(name = "fair", description = "Round trips of one client while another process sends on all other connections.")
final class BenchFairCommand implements Callable<Integer> {
    private static final long SECONDS = 3; // of each phase
    private static final long MESSAGES = 2000; // on each connection, to find the rate that saturates

    @Option(
            names = "--clients",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Connections in all (default: ${DEFAULT-VALUE}).")
    private int clients;

    @Mixin
    private ScaleOptions options;

    @Mixin
    private JsonOption json;

    private ChildProcess quiet;
    private ChildProcess busy;

    @Override
    public Integer call() throws IOException {
        options.spinUnlessGiven(0); // a client that spins beside an idle processor is a measure for nobody else
        options.check();
        Bounds.check("--clients", 2, clients, 1024);
        try (Progress progress = new Progress();
                ScaleProcesses processes = ScaleProcesses.start(options.cast(), 1, clients - 1)) {
            quiet = processes.clients().getFirst();
            busy = processes.clients().getLast();
            progress.update("warm-up");
            ask(quiet, "trips-for " + SECONDS);
            for (int round = 0; round < 3; round++) {
                saturatedRate(processes);
            }
            progress.update("saturated rate");
            long rate = saturatedRate(processes);
            progress.update("alone");
            Spread alone = trips();
            progress.update("half load");
            Spread half = tripsUnder("pace " + rate / 2 + " " + (SECONDS + 1));
            progress.update("full load");
            Spread full = tripsUnder("pace " + 2 * rate + " " + (SECONDS + 1));
            FairReport report = new FairReport(clients, rate, alone, half, full, half.p99() / (double) alone.p99());
            json.print(report, report::text);
        }
        return 0;
    }

    /// Both clients take part, since the server waits for all to end a round.
    private long saturatedRate(ScaleProcesses processes) throws IOException {
        long start = System.nanoTime();
        busy.order("send " + MESSAGES);
        quiet.order("send 1");
        ScaleRound round = JsonOption.read(ScaleRound.class, processes.server().line());
        busy.line();
        quiet.line();
        return Math.round(
                MESSAGES * (clients - 1.0) * TimeUnit.SECONDS.toNanos(1) / (round.nanoTime() - start));
    }

    private Spread tripsUnder(String load) throws IOException {
        busy.order(load);
        Spread spread = trips();
        busy.line();
        return spread;
    }

    private Spread trips() throws IOException {
        ask(quiet, "forget");
        ask(quiet, "trips-for " + SECONDS);
        quiet.order("report");
        Histogram nanos = ScaleSamples.histogram();
        ScaleSamples.addTo(nanos, JsonOption.read(ScaleSamples.class, quiet.line()).roundTrip());
        return Spread.of(nanos);
    }

    private static void ask(ChildProcess process, String order) throws IOException {
        process.order(order);
        process.line();
    }
}
