package lapce.ipc.shm.windows;

import lapce.ipc.test.contract.StreamContract;

class SimulatedStreamTest implements StreamContract {
    @Override
    public String scheme() {
        return "winsim";
    }
}
