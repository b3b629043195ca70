package lapce.ipc.cli;

import java.time.Duration;
import java.util.List;
import lapce.ipc.api.Options;
import lapce.ipc.api.WaitStrategy;
import picocli.CommandLine.Option;

/// What the demo's processes agree on: how much of what they exchange, in the order of the methods here.
final class DemoScript {
    @Option(
            names = "--messages",
            paramLabel = "N",
            defaultValue = "5000000",
            description = "Messages sent one way, and as many back (default: ${DEFAULT-VALUE}).")
    private long messages;

    @Option(
            names = "--payload",
            paramLabel = "BYTES",
            defaultValue = "64",
            description = "Payload of each message (default: ${DEFAULT-VALUE}).")
    private int payloadBytes;

    void check() {
        Bounds.check("--messages", 1, messages, Integer.MAX_VALUE);
        Bounds.checkPayload("--payload", payloadBytes);
    }

    /// As command-line arguments of the two processes.
    List<String> arguments() {
        return List.of("--messages=" + messages, "--payload=" + payloadBytes);
    }

    int payloadBytes() {
        return payloadBytes;
    }

    /// One way, long enough for the compiler to finish: it competes with two spinning threads for what may be two processors.
    long warmUpMessages() {
        return Math.min(messages, 4_000_000);
    }

    long messages() {
        return messages;
    }

    /// Round trips of each kind that come first and are not counted.
    long warmUpTrips() {
        return Math.min(messages, 50_000);
    }

    long spinningTrips() {
        return Math.min(messages, 1_000_000);
    }

    long blockingTrips() {
        return Math.min(messages, 500_000);
    }

    long socketTrips() {
        return Math.min(messages, 100_000);
    }

    /// Both processes may share their cores with others, so a pause is no failure.
    static Options waitingBy(WaitStrategy strategy) {
        return Options.DEFAULT.withWaitStrategy(strategy).withSendTimeout(Duration.ofSeconds(10));
    }

    static String spinningEndpoint(String demo) {
        return demo + ".spinning";
    }

    static String blockingEndpoint(String demo) {
        return demo + ".blocking";
    }
}
