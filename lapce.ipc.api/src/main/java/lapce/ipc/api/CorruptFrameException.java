package lapce.ipc.api;

/// A frame was refused. Reasons stand in the order in which a receiver checks.
public final class CorruptFrameException extends IpcException {
    private static final long serialVersionUID = 1;

    /// Why a frame is refused; the value that goes with each is given in brackets.
    public enum Reason {
        /// Fewer than 24 bytes (how many there are).
        TRUNCATED_HEADER,
        /// Another magic number (the magic).
        BAD_MAGIC,
        /// An unknown protocol version (the version).
        UNSUPPORTED_VERSION,
        /// Reserved flag bits are set (the flags).
        RESERVED_FLAGS,
        /// Marked as encrypted, which is reserved (the flags).
        ENCRYPTED,
        /// Marked as compressed, and no codec is configured (the flags).
        COMPRESSED,
        /// A payload above 10 MiB, by its announced or its real length (the larger of both).
        PAYLOAD_TOO_LONG,
        /// A payload length other than the bytes that are there (the length).
        PAYLOAD_LENGTH_MISMATCH,
        /// The checksum does not match (the checksum in the frame).
        BAD_CHECKSUM
    }

    /// Why the frame was refused.
    private final Reason reason;

    /// The offending value.
    private final long value;

    /// Says what is wrong with the frame.
    ///
    /// @param endpoint whose stream it came on
    /// @param reason why it is refused
    /// @param value the offending value
    public CorruptFrameException(String endpoint, Reason reason, long value) {
        super("corrupt frame: endpoint=" + endpoint + ", reason=" + reason + ", value=" + value + " (0x"
                + Long.toHexString(value) + ")");
        this.reason = reason;
        this.value = value;
    }

    /// Why the frame was refused.
    ///
    /// @return the first check that failed
    public Reason reason() {
        return reason;
    }

    /// The offending value.
    ///
    /// @return as said at the reason
    public long value() {
        return value;
    }
}
