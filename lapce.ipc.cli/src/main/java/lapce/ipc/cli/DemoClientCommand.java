package lapce.ipc.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import lapce.ipc.api.Framer;
import lapce.ipc.api.PeerGoneException;
import lapce.ipc.api.Stream;
import lapce.ipc.api.WaitStrategy;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// The demo's client process, which measures. It writes one line as each step begins, and its report as the last line.
@Command(name = "demo-client", hidden = true)
final class DemoClientCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @Parameters(index = "0")
    private String endpoint;

    @Parameters(index = "1")
    private Path socket;

    @Mixin
    private DemoScript script;

    private long oneWayPerSecond;
    private long sharedMemoryBytes;
    private Percentiles spinning;
    private Percentiles blocking;

    @Override
    public Integer call() throws IOException {
        Orders.start();
        try {
            runScript();
        } catch (PeerGoneException _) {
            return ChildProcess.OTHER_IS_GONE;
        }
        return 0;
    }

    private void runScript() throws IOException {
        try (Framer framer = connect(DemoScript.spinningEndpoint(endpoint), WaitStrategy.busySpin())) {
            exchange(framer);
            say("round trips, spinning");
            spinning = measure(framedTrip(framer), script.spinningTrips());
            sharedMemoryBytes = framer.stream().sharedMemoryBytes();
        }
        try (Framer framer = connect(DemoScript.blockingEndpoint(endpoint), WaitStrategy.DEFAULT)) {
            say("round trips, blocking");
            blocking = measure(framedTrip(framer), script.blockingTrips());
        }
        try (SocketTrip trip = SocketTrip.connect(socket, script.payloadBytes())) {
            say("round trips, Unix domain socket");
            report(measure(trip, script.socketTrips()));
        }
    }

    /// Each direction by itself; the rate is the mean of both.
    private void exchange(Framer framer) throws IOException {
        Flow flow = new Flow(framer, script.payloadBytes());
        say("warm-up");
        flow.send(script.warmUpMessages());
        flow.receive(script.warmUpMessages());
        long start = System.nanoTime();
        say("%,d messages to the server".formatted(script.messages()));
        flow.send(script.messages());
        say("%,d messages back".formatted(script.messages()));
        flow.receive(script.messages());
        double seconds = (System.nanoTime() - start) / (double) TimeUnit.SECONDS.toNanos(1);
        oneWayPerSecond = Math.round(2 * script.messages() / seconds);
    }

    private Percentiles measure(Trip trip, long count) throws IOException {
        for (long sequence = 0; sequence < script.warmUpTrips(); sequence++) {
            trip.make(sequence);
        }
        RoundTrips roundTrips = new RoundTrips();
        for (long sequence = 0; sequence < count; sequence++) {
            roundTrips.time(trip, sequence);
        }
        return roundTrips.percentiles();
    }

    /// Who finds a wrong message ends with an error instead, and so does its peer then: a report is always verified.
    private void report(Percentiles unixSocket) throws IOException {
        say(JsonOption.write(new DemoReport(
                script.messages(),
                true,
                oneWayPerSecond,
                script.payloadBytes(),
                spinning,
                blocking,
                unixSocket,
                sharedMemoryBytes,
                Runtime.version().toString(),
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"),
                Runtime.getRuntime().availableProcessors())));
    }

    private FramedTrip framedTrip(Framer framer) {
        return new FramedTrip(framer, script.payloadBytes(), Stream.FOREVER);
    }

    private static Framer connect(String name, WaitStrategy strategy) throws IOException {
        return Framer.over(PatientConnect.connect(name, DemoScript.waitingBy(strategy), PATIENCE));
    }

    private static void say(String line) {
        System.out.println(line);
    }
}
