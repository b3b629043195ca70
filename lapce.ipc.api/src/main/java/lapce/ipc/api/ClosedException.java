package lapce.ipc.api;

/// The stream or listener was closed here.
public final class ClosedException extends IpcException {
    private static final long serialVersionUID = 1;

    /// Says what happened.
    ///
    /// @param message one line that names the thing, the value and the remedy
    public ClosedException(String message) {
        super(message);
    }
}
