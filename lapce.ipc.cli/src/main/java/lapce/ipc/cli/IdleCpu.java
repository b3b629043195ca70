package lapce.ipc.cli;

import java.io.IOException;
import java.time.Duration;

/// Processor time that processes took while nobody said anything: shares of one processor, in percent.
record IdleCpu(double serverPercent, double clientsPercent) {
    private static final Duration SETTLING = Duration.ofSeconds(3); // the JIT compiler and the collector come to rest

    static IdleCpu measure(ScaleProcesses processes, Progress progress, int seconds) throws IOException {
        Pause.of(SETTLING);
        progress.update("idle for %,d s".formatted(seconds));
        long start = System.nanoTime();
        Duration server = cpu(processes.server());
        Duration clients = cpuOfClients(processes);
        Pause.of(Duration.ofSeconds(seconds));
        double nanos = System.nanoTime() - start;
        return new IdleCpu(
                100 * cpu(processes.server()).minus(server).toNanos() / nanos,
                100 * cpuOfClients(processes).minus(clients).toNanos() / nanos);
    }

    private static Duration cpuOfClients(ScaleProcesses processes) {
        return processes.clients().stream().map(IdleCpu::cpu).reduce(Duration.ZERO, Duration::plus);
    }

    private static Duration cpu(ChildProcess process) {
        return process.handle().info().totalCpuDuration().orElseThrow();
    }
}
