package lapce.ipc.api;

import java.time.Duration;

/// How a thread waits for data or for room.
///
/// @param kind what it does while it waits
/// @param spin how long it spins at most before it parks: that long for data; less and less for room, while spinning is in
///     vain. Counts for [Kind#BLOCKING] on platform threads only, since a spinning virtual thread would hold a carrier
public record WaitStrategy(Kind kind, Duration spin) {
    /// What a waiting thread does.
    public enum Kind {
        /// Takes a whole core; the lowest latency.
        BUSY_SPIN,
        /// Spins, but lets other threads run.
        YIELDING,
        /// Spins briefly, then parks until woken; costs nothing while idle.
        BLOCKING
    }

    /// Spins for 20 µs, about one parked round trip, then parks.
    public static final WaitStrategy DEFAULT = blocking(Duration.ofNanos(20_000));

    /// Checks the values.
    public WaitStrategy {
        if (spin.isNegative() || spin.compareTo(Duration.ofSeconds(1)) > 0) {
            throw new IllegalArgumentException("spin must be 0 to 1 s: spin=" + spin);
        }
    }

    /// Never parks and never yields.
    ///
    /// @return the strategy
    public static WaitStrategy busySpin() {
        return new WaitStrategy(Kind.BUSY_SPIN, Duration.ZERO);
    }

    /// Never parks, yields between looks.
    ///
    /// @return the strategy
    public static WaitStrategy yielding() {
        return new WaitStrategy(Kind.YIELDING, Duration.ZERO);
    }

    /// Spins, then parks.
    ///
    /// @param spin how long to spin first; zero parks at once
    /// @return the strategy
    public static WaitStrategy blocking(Duration spin) {
        return new WaitStrategy(Kind.BLOCKING, spin);
    }
}
