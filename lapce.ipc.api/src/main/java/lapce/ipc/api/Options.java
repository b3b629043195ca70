package lapce.ipc.api;

import java.time.Duration;
import java.util.Objects;

/// What a listener or a stream is made with; immutable. Start from [#DEFAULT]:
/// `Options.DEFAULT.withRingBytes(1 << 20)`.
///
/// @param session names of one user that shall not meet, such as two test runs, use different sessions: 1 to 64 letters,
///     digits, `.`, `_` or `-`; default: the environment variable `LAPCE_IPC_SESSION`, else `default`. [Ipc] checks it,
///     so that a bad variable is an error of the call that needs it
/// @param group the name or number of a group of users whose members may bind, connect to, and so read and write all that is of
///     the endpoint; both ends must name it. Default: empty, this user alone
/// @param ringBytes bytes of one direction's ring, a power of two, 4 KiB to 1 GiB, which what was sent and not yet received never
///     exceeds; the connecting side decides
/// @param slots how many connections a listener has room for from the start, 1 to [#maxSlots]; the binding side decides
/// @param maxSlots how many it has room for at the most, 1 to 1,024: it opens more before the last are taken. A slot is free again when
///     both ends have closed
/// @param warmSlots for how many connections to come the listener makes the memory ahead of need, so that `connect` need
///     not, 0 to 1,024: each costs its memory now, and serves clients with the listener's [#ringBytes]; none is made if it
///     takes more than 2 MiB; the binding side decides
/// @param maxMessageLength longest message that is sent or received, in bytes
/// @param waitStrategy how threads wait
/// @param connectTimeout how long `connect` waits for a free slot; one that the listener is preparing counts as taken
/// @param sendTimeout how long `send` waits without progress
public record Options(
        String session,
        String group,
        int ringBytes,
        int slots,
        int maxSlots,
        int warmSlots,
        int maxMessageLength,
        WaitStrategy waitStrategy,
        Duration connectTimeout,
        Duration sendTimeout) {

    /// Smallest ring, one page.
    public static final int MIN_RING_BYTES = 4 << 10;

    /// Largest ring.
    public static final int MAX_RING_BYTES = 1 << 30;

    /// Most slots of one listener.
    public static final int MAX_SLOTS = 1024;

    /// The defaults.
    public static final Options DEFAULT = new Options(
            environmentOr("LAPCE_IPC_SESSION", "default"),
            "",
            64 << 10,
            64,
            MAX_SLOTS,
            4,
            Frame.MAX_PAYLOAD_LENGTH + Frame.HEADER_BYTES,
            WaitStrategy.DEFAULT,
            Duration.ofSeconds(2),
            Duration.ofMillis(427)); // the budget of the system this one succeeds: 1, 2, 4 … 100 ms in ten rounds

    /// Checks the values.
    public Options {
        Objects.requireNonNull(session, "session");
        Objects.requireNonNull(group, "group");
        Objects.requireNonNull(waitStrategy, "waitStrategy");
        Objects.requireNonNull(connectTimeout, "connectTimeout");
        Objects.requireNonNull(sendTimeout, "sendTimeout");
        if (ringBytes < MIN_RING_BYTES || ringBytes > MAX_RING_BYTES || Integer.bitCount(ringBytes) != 1) {
            throw new IllegalArgumentException(
                    "ring size must be a power of two from 4096 to 1073741824: ringBytes=" + ringBytes);
        }
        if (maxSlots < 1 || maxSlots > MAX_SLOTS) {
            throw new IllegalArgumentException("most slots must be 1 to 1024: maxSlots=" + maxSlots);
        }
        if (slots < 1 || slots > maxSlots) {
            throw new IllegalArgumentException("slots must be 1 to maxSlots=" + maxSlots + ": slots=" + slots);
        }
        if (warmSlots < 0 || warmSlots > MAX_SLOTS) {
            throw new IllegalArgumentException("warm slots must be 0 to 1024: warmSlots=" + warmSlots);
        }
        if (maxMessageLength < 1) {
            throw new IllegalArgumentException("longest message must be positive: maxMessageLength=" + maxMessageLength);
        }
        if (connectTimeout.isNegative() || sendTimeout.isNegative()) {
            throw new IllegalArgumentException("time limits must not be negative: connectTimeout=" + connectTimeout
                    + ", sendTimeout=" + sendTimeout);
        }
    }

    /// Replaces [#session()].
    ///
    /// @param session the new value
    /// @return a copy
    /// @throws IllegalArgumentException if it cannot be part of a name
    public Options withSession(String session) {
        Endpoint.checkSession(session);
        return new Options(
                session, group, ringBytes, slots, maxSlots, warmSlots, maxMessageLength, waitStrategy, connectTimeout, sendTimeout);
    }

    /// Replaces [#group()].
    ///
    /// @param group the new value
    /// @return a copy
    public Options withGroup(String group) {
        return new Options(
                session, group, ringBytes, slots, maxSlots, warmSlots, maxMessageLength, waitStrategy, connectTimeout, sendTimeout);
    }

    /// Replaces [#ringBytes()].
    ///
    /// @param ringBytes the new value
    /// @return a copy
    public Options withRingBytes(int ringBytes) {
        return new Options(
                session, group, ringBytes, slots, maxSlots, warmSlots, maxMessageLength, waitStrategy, connectTimeout, sendTimeout);
    }

    /// Replaces [#slots()] and [#maxSlots()].
    ///
    /// @param slots from the start
    /// @param maxSlots at the most
    /// @return a copy
    public Options withSlots(int slots, int maxSlots) {
        return new Options(
                session, group, ringBytes, slots, maxSlots, warmSlots, maxMessageLength, waitStrategy, connectTimeout, sendTimeout);
    }

    /// Replaces [#warmSlots()].
    ///
    /// @param warmSlots the new value
    /// @return a copy
    public Options withWarmSlots(int warmSlots) {
        return new Options(
                session, group, ringBytes, slots, maxSlots, warmSlots, maxMessageLength, waitStrategy, connectTimeout, sendTimeout);
    }

    /// Replaces [#maxMessageLength()].
    ///
    /// @param maxMessageLength the new value
    /// @return a copy
    public Options withMaxMessageLength(int maxMessageLength) {
        return new Options(
                session, group, ringBytes, slots, maxSlots, warmSlots, maxMessageLength, waitStrategy, connectTimeout, sendTimeout);
    }

    /// Replaces [#waitStrategy()].
    ///
    /// @param waitStrategy the new value
    /// @return a copy
    public Options withWaitStrategy(WaitStrategy waitStrategy) {
        return new Options(
                session, group, ringBytes, slots, maxSlots, warmSlots, maxMessageLength, waitStrategy, connectTimeout, sendTimeout);
    }

    /// Replaces [#connectTimeout()].
    ///
    /// @param connectTimeout the new value
    /// @return a copy
    public Options withConnectTimeout(Duration connectTimeout) {
        return new Options(
                session, group, ringBytes, slots, maxSlots, warmSlots, maxMessageLength, waitStrategy, connectTimeout, sendTimeout);
    }

    /// Replaces [#sendTimeout()].
    ///
    /// @param sendTimeout the new value
    /// @return a copy
    public Options withSendTimeout(Duration sendTimeout) {
        return new Options(
                session, group, ringBytes, slots, maxSlots, warmSlots, maxMessageLength, waitStrategy, connectTimeout, sendTimeout);
    }

    private static String environmentOr(String variable, String otherwise) {
        String value = System.getenv(variable);
        return value == null || value.isEmpty() ? otherwise : value;
    }
}
