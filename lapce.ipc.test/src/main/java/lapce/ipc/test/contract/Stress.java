package lapce.ipc.test.contract;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/// How long a test of [StressContract] lasts, and its chances.
final class Stress {
    private static final Duration LENGTH = Duration.ofSeconds(Integer.getInteger("stress.seconds", 1));
    private static final long SEED = Long.getLong("stress.seed", 1);

    static {
        System.out.println("stress: seed=" + SEED + ", seconds=" + LENGTH.toSeconds());
    }

    /// What takes as long as the test, or hangs.
    static final Duration GUARD = LENGTH.plus(Background.GUARD);

    private final Random random = new Random(SEED);
    private final long start = System.nanoTime();

    boolean isOver() {
        return System.nanoTime() - start >= LENGTH.toNanos();
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    boolean oneIn(int bound) {
        return below(bound) == 0;
    }

    /// For another thread.
    Random fork() {
        return new Random(random.nextLong());
    }

    Thread.Builder anyThread() {
        return oneIn(2) ? Thread.ofVirtual() : Thread.ofPlatform().daemon();
    }

    /// Waits not at all, or up to a millisecond.
    void pause() {
        if (oneIn(2)) {
            LockSupport.parkNanos(below(1_000_000));
        }
    }
}
