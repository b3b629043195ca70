package lapce.ipc.stress;

import java.util.concurrent.atomic.AtomicInteger;

/// Where two actors wait for each other, so that what they do then falls together: by itself one is done before the other begins, nearly
/// always.
final class Meeting {
    private final AtomicInteger there = new AtomicInteger();

    void come() {
        there.incrementAndGet();
        while (there.get() < 2) {
            Thread.onSpinWait();
        }
    }
}
