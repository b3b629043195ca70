package lapce.ipc.api;

/// There is too little shared memory, or this process may map or open no more, or start no thread. The message says what was needed, what is there
/// and what to change; when something was closed, another attempt may succeed.
public final class OutOfSharedMemoryException extends IpcException {
    private static final long serialVersionUID = 1;

    /// Says what happened.
    ///
    /// @param message one line that names the thing, the value and the remedy
    public OutOfSharedMemoryException(String message) {
        super(message);
    }
}
