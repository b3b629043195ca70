package lapce.ipc.cli;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import lapce.ipc.api.ClosedException;
import lapce.ipc.api.Ipc;
import lapce.ipc.api.Listener;
import lapce.ipc.api.Options;
import lapce.ipc.api.Stream;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// How long it takes until a client is accepted, and whether those that come and go leave anything.
@Command(name = "connect", description = "Clients that connect, send once and close, again and again; this process accepts.")
final class BenchConnectCommand implements Callable<Integer> {
    @Option(
            names = "--clients",
            paramLabel = "N",
            defaultValue = "8",
            description = "Threads of the client process, each with one connection at a time (default: ${DEFAULT-VALUE}).")
    private int clients;

    @Option(
            names = "--cycles",
            paramLabel = "N",
            defaultValue = "100000",
            description = "Connections in all (default: ${DEFAULT-VALUE}).")
    private long cycles;

    @Option(
            names = "--per-second",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Connections a second in all; 0 is as fast as can be (default: ${DEFAULT-VALUE}).")
    private int perSecond;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            defaultValue = "20000",
            description = "Connections before it counts, as fast as can be (default: ${DEFAULT-VALUE}).")
    private long warmUp;

    @Option(
            names = "--warm-slots",
            paramLabel = "N",
            defaultValue = "-1",
            description = "Connections whose memory is made ahead of need; -1 is the library's default (default: ${DEFAULT-VALUE}).")
    private int warmSlots;

    @Mixin
    private JsonOption json;

    private final String endpoint =
            "connect-%d-%08x".formatted(ProcessHandle.current().pid(), ThreadLocalRandom.current().nextInt());

    @Override
    public Integer call() throws IOException {
        Bounds.check("--clients", 1, clients, Options.MAX_SLOTS);
        Bounds.check("--cycles", clients, cycles, Integer.MAX_VALUE);
        Bounds.check("--warm-up", clients, warmUp, Integer.MAX_VALUE);
        Bounds.check("--per-second", 0, perSecond, 1_000_000);
        try (Progress progress = new Progress();
                Listener listener = Ipc.bind(endpoint, options());
                ChildProcess client = ChildProcess.start("connect-client", List.of("--threads=" + clients, endpoint))) {
            client.whenItFails(listener::close);
            progress.update("warm-up");
            cycle(listener, client, warmUp / clients, 0);
            ConnectReport.Held before = held();
            progress.update("%,d connections".formatted(cycles));
            long start = System.nanoTime();
            Histogram nanos = cycle(listener, client, cycles / clients, perSecond);
            long count = nanos.getTotalCount();
            ConnectReport report = new ConnectReport(
                    clients,
                    count,
                    Math.round(count * (double) TimeUnit.SECONDS.toNanos(1) / (System.nanoTime() - start)),
                    Spread.of(nanos),
                    listener.rescuedWakeUps(),
                    before,
                    held());
            json.print(report, report::text);
        }
        return 0;
    }

    private Options options() {
        return warmSlots < 0 ? Options.DEFAULT : Options.DEFAULT.withWarmSlots(warmSlots);
    }

    /// Accepts what the client is told to connect. A message is the client's clock before it connected.
    private Histogram cycle(Listener listener, ChildProcess client, long each, int rate) throws IOException {
        client.order(each + " " + rate);
        Histogram nanos = ScaleSamples.histogram();
        for (long left = each * clients; left > 0; left--) {
            try (Stream stream = accept(listener, client)) {
                long accepted = System.nanoTime(); // one clock for all processes of a machine
                stream.receive(
                        (segment, offset, _) -> nanos.recordValue(
                                accepted - segment.get(ValueLayout.JAVA_LONG_UNALIGNED, offset)),
                        1);
            }
        }
        client.line();
        return nanos;
    }

    private static Stream accept(Listener listener, ChildProcess client) throws IOException {
        try {
            return listener.accept();
        } catch (ClosedException e) {
            client.check(); // throws what it said
            throw e;
        }
    }

    private ConnectReport.Held held() throws IOException {
        return new ConnectReport.Held(
                count(Path.of("/proc/self/fd")),
                mappings(Path.of("/proc/self/maps")),
                ProcessStatus.residentBytes(ProcessHandle.current()));
    }

    private static long count(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return -1;
        }
        try (java.util.stream.Stream<Path> files = Files.list(folder)) {
            return files.count();
        }
    }

    private long mappings(Path maps) throws IOException {
        if (!Files.exists(maps)) {
            return -1;
        }
        try (java.util.stream.Stream<String> lines = Files.lines(maps)) {
            return lines.filter(line -> line.contains(endpoint)).count();
        }
    }
}
