package lapce.ipc.api;

/// The system has too little shared memory; the message says how much was needed and is there.
public final class OutOfSharedMemoryException extends IpcException {
    private static final long serialVersionUID = 1;

    /// Says what happened.
    ///
    /// @param message one line that names the thing, the value and the remedy
    public OutOfSharedMemoryException(String message) {
        super(message);
    }
}
