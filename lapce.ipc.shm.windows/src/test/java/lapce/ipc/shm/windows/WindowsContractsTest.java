package lapce.ipc.shm.windows;

import lapce.ipc.test.contract.PollerContract;
import lapce.ipc.test.contract.TransportContract;

/// The contracts over the real system, for whoever has one.
class WindowsContractsTest implements TransportContract, PollerContract {
    @Override
    public String scheme() {
        return "shm";
    }
}
