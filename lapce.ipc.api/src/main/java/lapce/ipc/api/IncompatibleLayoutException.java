package lapce.ipc.api;

/// The other end uses another layout of shared memory, or the memory holds something else.
public final class IncompatibleLayoutException extends IpcException {
    private static final long serialVersionUID = 1;

    /// Says what happened.
    ///
    /// @param message one line that names the thing, the value and the remedy
    public IncompatibleLayoutException(String message) {
        super(message);
    }
}
