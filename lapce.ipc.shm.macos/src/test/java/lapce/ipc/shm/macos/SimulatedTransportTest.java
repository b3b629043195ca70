package lapce.ipc.shm.macos;

import lapce.ipc.test.contract.PollerContract;
import lapce.ipc.test.contract.TransportContract;

class SimulatedTransportTest implements TransportContract, PollerContract {
    @Override
    public String scheme() {
        return SimulatedTransportProvider.SCHEME;
    }
}
