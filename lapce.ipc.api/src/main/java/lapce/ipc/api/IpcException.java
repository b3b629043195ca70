package lapce.ipc.api;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// The system, the peer or the shared bytes refused. Its message is one line that names the thing, the value and, where
/// there is one, the remedy. Subtypes exist where a caller would act differently.
public class IpcException extends IOException {
    private static final long serialVersionUID = 1;

    /// Says what happened.
    ///
    /// @param message one line that names the thing, the value and the remedy
    public IpcException(@Nullable String message) {
        super(message);
    }

    /// Says what happened, and why.
    ///
    /// @param message one line that names the thing, the value and the remedy
    /// @param cause what was caught
    public IpcException(@Nullable String message, Throwable cause) {
        super(message, cause);
    }
}
