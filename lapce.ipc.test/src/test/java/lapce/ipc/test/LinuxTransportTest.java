package lapce.ipc.test;

import lapce.ipc.test.contract.PollerContract;
import lapce.ipc.test.contract.TransportContract;

class LinuxTransportTest implements TransportContract, PollerContract {
    @Override
    public String scheme() {
        return "shm";
    }
}
