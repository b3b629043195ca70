package lapce.ipc.api;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/// What kind of message a frame carries: an open value of 16 bits. Codes 1 to 4 are named here; others belong to
/// applications, which may give them names with [#register].
///
/// @param code 0 to 65,535
public record MessageType(int code) {
    /// A sign of life.
    public static final MessageType HEARTBEAT = new MessageType(1);

    /// Application data.
    public static final MessageType DATA = new MessageType(2);

    /// Commands between the two ends.
    public static final MessageType CONTROL = new MessageType(3);

    /// The answer to a request, whose id it carries.
    public static final MessageType RESPONSE = new MessageType(4);

    private static final ConcurrentMap<Integer, String> NAMES =
            new ConcurrentHashMap<>(Map.of(1, "HEARTBEAT", 2, "DATA", 3, "CONTROL", 4, "RESPONSE"));

    /// Checks the range.
    public MessageType {
        if (code < 0 || code > 0xffff) {
            throw new IllegalArgumentException("message type must be 0 to 65535: code=" + code);
        }
    }

    /// Gives a code a name, for this process; the name shows in [#toString()].
    ///
    /// @param code 0 to 65,535
    /// @param name what to call it
    /// @return the type
    /// @throws IllegalStateException if the code has another name already
    public static MessageType register(int code, String name) {
        MessageType type = new MessageType(code);
        String earlier = NAMES.putIfAbsent(code, name);
        if (earlier != null && !earlier.equals(name)) {
            throw new IllegalStateException("message type has a name already: code=" + code + ", name=" + earlier);
        }
        return type;
    }

    @Override
    public String toString() {
        return NAMES.getOrDefault(code, "MessageType(0x%04x)".formatted(code));
    }
}
