package lapce.ipc.api;

/// The shared bytes are impossible; the stream was closed. The message has place and value.
public final class CorruptStreamException extends IpcException {
    private static final long serialVersionUID = 1;

    /// Says what happened.
    ///
    /// @param message one line that names the thing, the value and the remedy
    public CorruptStreamException(String message) {
        super(message);
    }
}
