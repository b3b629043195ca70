package lapce.ipc.api;

/// No living process has bound the name, which the message says.
public final class NoSuchEndpointException extends IpcException {
    private static final long serialVersionUID = 1;

    /// Says what happened.
    ///
    /// @param message one line that names the thing, the value and the remedy
    public NoSuchEndpointException(String message) {
        super(message);
    }
}
