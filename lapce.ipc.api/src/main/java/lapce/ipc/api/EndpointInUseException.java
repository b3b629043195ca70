package lapce.ipc.api;

/// A living process holds the name already; the message says which, such as `pid 4711`.
public final class EndpointInUseException extends IpcException {
    private static final long serialVersionUID = 1;

    /// Says what happened.
    ///
    /// @param message one line that names the thing, the value and the remedy
    public EndpointInUseException(String message) {
        super(message);
    }
}
