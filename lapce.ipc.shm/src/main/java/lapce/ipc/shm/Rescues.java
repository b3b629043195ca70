package lapce.ipc.shm;

import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The wake-ups of one endpoint in this process that were missed, and that a look at the clock's bidding made up for. Each is a defect, or
/// the work of somebody who writes over shared memory. Any thread.
final class Rescues {
    private static final Logger LOG = LoggerFactory.getLogger(Rescues.class);

    private final String endpoint;
    private final AtomicLong count = new AtomicLong();

    Rescues(String endpoint) {
        this.endpoint = endpoint;
    }

    /// @param who should have been told
    void add(String who) {
        count.incrementAndGet();
        LOG.warn("a wake-up was missed: endpoint={}, by {}", endpoint, who);
    }

    long count() {
        return count.get();
    }
}
