package lapce.ipc.shm;

import lapce.ipc.api.Poller;
import lapce.ipc.api.WaitStrategy;
import lapce.ipc.api.spi.PollerProvider;

/// Makes pollers for the streams of every platform. Any thread.
public final class ShmPollerProvider implements PollerProvider {
    /// For [java.util.ServiceLoader].
    public ShmPollerProvider() {}

    @Override
    public Poller open(WaitStrategy strategy) {
        return new ShmPoller(strategy);
    }
}
