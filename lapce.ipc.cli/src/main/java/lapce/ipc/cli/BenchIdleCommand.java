package lapce.ipc.cli;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// What open connections cost when nobody says anything.
@Command(name = "idle", description = "CPU time that many open connections take while nothing is sent.")
final class BenchIdleCommand implements Callable<Integer> {
    private static final Duration SETTLING = Duration.ofSeconds(3); // the JIT compiler and the collector come to rest

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
            pause(SETTLING);
            progress.update("%,d connections: idle for %,d s".formatted(clients, seconds));
            long start = System.nanoTime();
            Duration server = cpu(processes.server());
            Duration others = cpuOfClients(processes);
            pause(Duration.ofSeconds(seconds));
            double nanos = System.nanoTime() - start;
            IdleReport report = new IdleReport(
                    clients,
                    seconds,
                    100 * cpu(processes.server()).minus(server).toNanos() / nanos,
                    100 * cpuOfClients(processes).minus(others).toNanos() / nanos);
            json.print(report, report::text);
        }
        return 0;
    }

    private static Duration cpuOfClients(ScaleProcesses processes) {
        return processes.clients().stream().map(BenchIdleCommand::cpu).reduce(Duration.ZERO, Duration::plus);
    }

    private static Duration cpu(ChildProcess process) {
        return process.handle().info().totalCpuDuration().orElseThrow();
    }

    private static void pause(Duration duration) throws InterruptedIOException {
        try {
            Thread.sleep(duration);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }
}
