package lapce.ipc.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import lapce.ipc.api.Framer;
import lapce.ipc.api.Ipc;
import lapce.ipc.api.IpcException;
import lapce.ipc.api.Options;
import lapce.ipc.api.PeerGoneException;
import lapce.ipc.api.WouldBlockException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Round trips to an echo server.
@Command(name = "ping", description = "Times round trips to NAME, where 'lapce-ipc serve NAME' answers.")
final class PingCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final long PROGRESS_STEP = 10_000;

    @Parameters(paramLabel = "NAME", description = "The endpoint to connect to.")
    private String name;

    @Option(
            names = "--count",
            paramLabel = "N",
            defaultValue = "10000",
            description = "How many round trips (default: ${DEFAULT-VALUE}).")
    private long count;

    @Option(
            names = "--size",
            paramLabel = "BYTES",
            defaultValue = "64",
            description = "Payload of each message (default: ${DEFAULT-VALUE}).")
    private int size;

    @Mixin
    private GroupOption group;

    @Mixin
    private JsonOption json;

    private final RoundTrips roundTrips = new RoundTrips();

    @Override
    public Integer call() throws IOException {
        Bounds.check("--count", 1, count, Long.MAX_VALUE);
        Bounds.checkPayload("--size", size);
        try (Framer framer = Framer.over(Ipc.connect(name, group.of(Options.DEFAULT)))) {
            timeAll(new FramedTrip(framer, size, PATIENCE));
        }
        if (roundTrips.count() == 0) {
            throw new IpcException("no answer from endpoint=" + name + ", sent=" + count);
        }
        print(new PingReport(roundTrips.percentiles(), count, count - roundTrips.count()));
        return 0;
    }

    private void timeAll(Trip trip) throws IOException {
        try (Progress progress = new Progress()) {
            for (long sequence = 1; sequence <= count; sequence++) {
                if (sequence % PROGRESS_STEP == 0) {
                    progress.update("%,d of %,d".formatted(sequence, count));
                }
                timeOne(trip, sequence);
            }
        }
    }

    private void timeOne(Trip trip, long sequence) throws IOException {
        try {
            roundTrips.time(trip, sequence);
        } catch (WouldBlockException _) {
            return; // lost, and counted as the difference at the end
        } catch (PeerGoneException e) {
            throw new IOException(e.getMessage() + ", after " + (sequence - 1) + " of " + count + " round trips", e);
        }
    }

    private void print(PingReport report) throws IOException {
        json.print(report, () -> "%s: %,d round trips of %,d bytes, %,d lost%n%s"
                .formatted(name, report.count(), size, report.lost(), report.roundTripNanos()));
    }
}
