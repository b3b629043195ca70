package lapce.ipc.test.contract;

import java.time.Duration;

/// A thread that wants to run every few milliseconds, and knows the longest time for which it could not.
final class Ticker {
    private static final Duration BEAT = Duration.ofMillis(5);

    private final Background<Long> ticking;
    private volatile boolean ended;

    private Ticker(Thread.Builder builder) {
        this.ticking = Background.call(builder, this::longestGapNanos);
    }

    static Ticker start(Thread.Builder builder) {
        return new Ticker(builder);
    }

    private long longestGapNanos() throws InterruptedException {
        long longest = 0;
        long last = System.nanoTime();
        while (!ended) {
            Thread.sleep(BEAT);
            long now = System.nanoTime();
            longest = Math.max(longest, now - last);
            last = now;
        }
        return longest;
    }

    /// Ends it.
    ///
    /// @return the longest time between two beats
    Duration longestGap() throws Exception {
        ended = true;
        return Duration.ofNanos(ticking.get());
    }
}
