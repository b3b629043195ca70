package lapce.ipc.shm.macos;

import lapce.ipc.test.contract.PollerContract;
import lapce.ipc.test.contract.TransportContract;

/// On a Mac: the transport as programs get it.
class MacContractsTest implements TransportContract, PollerContract {
    @Override
    public String scheme() {
        return "shm";
    }
}
