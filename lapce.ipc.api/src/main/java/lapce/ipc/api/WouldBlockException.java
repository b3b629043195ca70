package lapce.ipc.api;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// The time limit of a waiting call is over; the stream or listener stays usable.
public final class WouldBlockException extends IpcException {
    private static final long serialVersionUID = 1;

    /// How long the call waited.
    private final Duration waited;

    /// Says what was waited for.
    ///
    /// @param message one line that names the thing
    /// @param waited how long the call waited
    public WouldBlockException(String message, Duration waited) {
        super(message + ", waited=" + TimeUnit.MILLISECONDS.convert(waited) + " ms");
        this.waited = waited;
    }

    /// How long the call waited.
    ///
    /// @return the time from the call, or from its last progress
    public Duration waited() {
        return waited;
    }
}
