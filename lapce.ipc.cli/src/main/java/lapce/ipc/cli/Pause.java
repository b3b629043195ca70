package lapce.ipc.cli;

import java.io.InterruptedIOException;
import java.time.Duration;

/// A sleep whose interruption is a failure like any other.
final class Pause {
    private Pause() {}

    static void of(Duration duration) throws InterruptedIOException {
        try {
            Thread.sleep(duration);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while pausing");
        }
    }
}
