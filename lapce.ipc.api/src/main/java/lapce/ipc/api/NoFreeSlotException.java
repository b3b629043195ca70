package lapce.ipc.api;

/// All slots of the listener stayed taken until the time limit; the message says how many there are, such as `slots=64`.
public final class NoFreeSlotException extends IpcException {
    private static final long serialVersionUID = 1;

    /// Says what happened.
    ///
    /// @param message one line that names the thing, the value and the remedy
    public NoFreeSlotException(String message) {
        super(message);
    }
}
