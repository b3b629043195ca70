package lapce.ipc.shm;

import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The net under wake-ups, which counts what it catches: what stands as it stood at the last scan, but should not, was told by
/// nobody. For the leader's thread, but for [#rescued].
final class SlotScan {
    private static final Logger LOG = LoggerFactory.getLogger(SlotScan.class);

    private final String endpoint;
    private final long[] seen; // slot words at the last scan
    private final AtomicLong rescued = new AtomicLong();

    SlotScan(String endpoint, int slots) {
        this.endpoint = endpoint;
        this.seen = new long[slots];
    }

    /// @param isDue whether something should have been done about the word
    /// @return true if a wake-up was missed
    boolean isMissed(int slot, long word, boolean isDue) {
        boolean missed = isDue && word == seen[slot];
        seen[slot] = word;
        if (missed) {
            rescued.incrementAndGet();
            LOG.warn("a wake-up was missed: endpoint={}, slot={}, word=0x{}", endpoint, slot, Long.toHexString(word));
        }
        return missed;
    }

    /// How many there were.
    long rescued() {
        return rescued.get();
    }
}
