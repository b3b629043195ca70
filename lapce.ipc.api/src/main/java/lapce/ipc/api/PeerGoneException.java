package lapce.ipc.api;

/// The other end closed or died; everything it had committed was received before.
public final class PeerGoneException extends IpcException {
    private static final long serialVersionUID = 1;

    /// Says what happened.
    ///
    /// @param message one line that names the thing, the value and the remedy
    public PeerGoneException(String message) {
        super(message);
    }
}
