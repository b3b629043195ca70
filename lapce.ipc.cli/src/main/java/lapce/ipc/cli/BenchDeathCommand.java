package lapce.ipc.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import lapce.ipc.api.Options;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// How fast a killed process is noticed on every stream to it, and what waiting for that costs.
@Command(
        name = "death",
        description = "Kills client processes one after the other, then the server: when blocked readers learn of it.")
final class BenchDeathCommand implements Callable<Integer> {
    private static final Duration SETTLING = Duration.ofMillis(200); // a new client, and what the dead one left

    @Option(
            names = "--clients",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Connections (default: ${DEFAULT-VALUE}).")
    private int clients;

    @Option(
            names = "--processes",
            paramLabel = "N",
            defaultValue = "10",
            description = "Client processes that share them (default: ${DEFAULT-VALUE}).")
    private int processes;

    @Option(
            names = "--kills",
            paramLabel = "N",
            defaultValue = "30",
            description = "Client processes to kill; each is replaced (default: ${DEFAULT-VALUE}).")
    private int kills;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "10",
            description = "How long to watch processor time before (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Mixin
    private DeathOptions options;

    @Mixin
    private JsonOption json;

    @Override
    public Integer call() throws IOException {
        Bounds.check("--clients", 1, clients, Options.MAX_SLOTS);
        Bounds.check("--processes", 1, processes, clients);
        Bounds.check("--kills", 1, kills, 1_000_000);
        Bounds.check("--seconds", 1, seconds, 3600);
        try (Progress progress = new Progress()) {
            progress.update("%,d connections from %,d processes".formatted(clients, processes));
            try (ScaleProcesses all = ScaleProcesses.start(options.cast(), ScaleProcesses.shares(clients, processes))) {
                IdleCpu idle = IdleCpu.measure(all, progress, seconds);
                long threads = ProcessStatus.threads(all.server().handle());
                long residentBytes = ProcessStatus.residentBytes(all.server().handle());
                progress.update("%,d deaths of clients".formatted(kills));
                DeathReport.Noticed clientsKilled = killClients(all);
                progress.update("death of the server");
                DeathReport.Noticed serverKilled = killServer(all);
                DeathReport report = new DeathReport(
                        clients, processes, idle, threads, residentBytes, clientsKilled, serverKilled);
                json.print(report, report::text);
            }
        }
        return 0;
    }

    private DeathReport.Noticed killClients(ScaleProcesses all) throws IOException {
        Deaths deaths = new Deaths();
        for (int kill = 0; kill < kills; kill++) {
            int index = kill % processes;
            deaths.kill(all.clients().get(index));
            deaths.collect(all.server(), all.share(index));
            deaths.count();
            all.replace(index);
            Pause.of(SETTLING);
        }
        return deaths.report();
    }

    private static DeathReport.Noticed killServer(ScaleProcesses all) throws IOException {
        Deaths deaths = new Deaths();
        deaths.kill(all.server());
        for (int index = 0; index < all.clients().size(); index++) {
            deaths.collect(all.clients().get(index), all.share(index));
        }
        deaths.count();
        return deaths.report();
    }
}
