package lapce.ipc.api.spi;

import lapce.ipc.api.Poller;
import lapce.ipc.api.WaitStrategy;

/// Makes pollers; found by [java.util.ServiceLoader].
public interface PollerProvider {
    /// Opens a poller.
    ///
    /// @param strategy how it waits
    /// @return the poller
    Poller open(WaitStrategy strategy);
}
