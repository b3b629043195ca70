package lapce.ipc.cli;

import java.io.IOException;
import java.time.Duration;
import lapce.ipc.api.Ipc;
import lapce.ipc.api.NoSuchEndpointException;
import lapce.ipc.api.Options;
import lapce.ipc.api.Stream;

/// Connects to an endpoint that may not be bound yet, as when both ends are started by one line of shell.
final class PatientConnect {
    private static final Duration PAUSE = Duration.ofMillis(20);

    private PatientConnect() {}

    static Stream connect(String name, Options options, Duration patience) throws IOException {
        long start = System.nanoTime();
        for (;;) {
            try {
                return Ipc.connect(name, options);
            } catch (NoSuchEndpointException e) {
                if (System.nanoTime() - start >= patience.toNanos()) {
                    throw e;
                }
            }
            Pause.of(PAUSE);
        }
    }
}
