package lapce.ipc.stress;

import java.util.concurrent.atomic.AtomicInteger;

/// Where two actors wait for each other, so that what they do then falls together: by itself one is done before the other begins, nearly
/// always. On a machine with other work the other may not run at all, so they do not wait for long.
final class Meeting {
    private static final int TRIES = 1000;

    private final AtomicInteger there = new AtomicInteger();

    void come() {
        there.incrementAndGet();
        for (int tries = 0; tries < TRIES && there.get() < 2; tries++) {
            Thread.onSpinWait();
        }
    }
}
