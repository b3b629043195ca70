package lapce.ipc.test;

import lapce.ipc.test.contract.PollerContract;
import lapce.ipc.test.contract.TransportContract;

class MemTransportTest implements TransportContract, PollerContract {
    @Override
    public String scheme() {
        return "mem";
    }
}
