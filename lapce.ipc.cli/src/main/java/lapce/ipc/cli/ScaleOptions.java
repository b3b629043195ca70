package lapce.ipc.cli;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import lapce.ipc.api.Options;
import lapce.ipc.api.Stream;
import lapce.ipc.api.WaitStrategy;
import picocli.CommandLine.Option;

/// What all processes of a measurement agree on.
final class ScaleOptions {
    @Option(
            names = "--payload",
            paramLabel = "BYTES",
            defaultValue = "64",
            description = "Payload of each message, at least 8 (default: ${DEFAULT-VALUE}).")
    private int payloadBytes;

    @Option(
            names = "--ring",
            paramLabel = "BYTES",
            defaultValue = "0",
            description = "Bytes of each ring, a power of two; 0 is the library's default (default: ${DEFAULT-VALUE}).")
    private int ringBytes;

    @Option(
            names = "--spin",
            paramLabel = "MICROS",
            description = "How long threads spin before they park (default: 20, and 0 for fair).")
    private Integer spinMicros;

    void check() {
        spinUnlessGiven(20);
        Bounds.check("--spin", 0, spinMicros, 1_000_000);
        Bounds.check("--payload", Long.BYTES, payloadBytes, 1024);
    }

    void spinUnlessGiven(int micros) {
        spinMicros = spinMicros == null ? micros : spinMicros;
    }

    Cast cast() {
        return new Cast(
                "scale-server",
                "scale-client",
                List.of("--payload=" + payloadBytes, "--ring=" + ringBytes, "--spin=" + spinMicros),
                List.of());
    }

    int payloadBytes() {
        return payloadBytes;
    }

    WaitStrategy waitStrategy() {
        return WaitStrategy.blocking(Duration.ofNanos(TimeUnit.MICROSECONDS.toNanos(spinMicros)));
    }

    /// These processes share few cores, so a full ring is no failure however long it stays full.
    Options options() {
        Options options = Options.DEFAULT.withSendTimeout(Stream.FOREVER).withWaitStrategy(waitStrategy());
        return ringBytes == 0 ? options : options.withRingBytes(ringBytes);
    }
}
