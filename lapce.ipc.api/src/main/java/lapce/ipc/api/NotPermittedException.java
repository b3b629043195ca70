package lapce.ipc.api;

/// An object belongs to another user, or the process may not touch it.
public final class NotPermittedException extends IpcException {
    private static final long serialVersionUID = 1;

    /// Says what happened.
    ///
    /// @param message one line that names the thing, the value and the remedy
    public NotPermittedException(String message) {
        super(message);
    }
}
