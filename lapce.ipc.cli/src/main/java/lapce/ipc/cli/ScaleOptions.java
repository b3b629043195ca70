package lapce.ipc.cli;

import java.util.List;
import lapce.ipc.api.Options;
import lapce.ipc.api.Stream;
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

    void check() {
        Bounds.check("--payload", Long.BYTES, payloadBytes, 1024);
    }

    List<String> arguments() {
        return List.of("--payload=" + payloadBytes, "--ring=" + ringBytes);
    }

    int payloadBytes() {
        return payloadBytes;
    }

    /// These processes share few cores, so a full ring is no failure however long it stays full.
    Options options() {
        Options options = Options.DEFAULT.withSendTimeout(Stream.FOREVER);
        return ringBytes == 0 ? options : options.withRingBytes(ringBytes);
    }
}
