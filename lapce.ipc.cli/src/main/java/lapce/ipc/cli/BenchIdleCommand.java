package lapce.ipc.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// What open connections cost when nobody says anything.
@Command(name = "idle", description = "CPU time that many open connections take while nothing is sent.")
final class BenchIdleCommand implements Callable<Integer> {
    @Option(
            names = "--clients",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Connections (default: ${DEFAULT-VALUE}).")
    private int clients;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "10",
            description = "How long to watch (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Mixin
    private ScaleOptions options;

    @Mixin
    private JsonOption json;

    @Override
    public Integer call() throws IOException {
        options.check();
        Bounds.check("--clients", 1, clients, 1024);
        Bounds.check("--seconds", 1, seconds, 3600);
        try (Progress progress = new Progress();
                ScaleProcesses processes = ScaleProcesses.start(clients, options)) {
            processes.orderClients("trips " + clients); // so that every connection was used
            IdleCpu idle = IdleCpu.measure(processes, progress, seconds);
            IdleReport report = new IdleReport(clients, seconds, idle.serverPercent(), idle.clientsPercent());
            json.print(report, report::text);
        }
        return 0;
    }
}
