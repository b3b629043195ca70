package lapce.ipc.shm.windows;

import lapce.ipc.test.contract.PollerContract;

class SimulatedPollerTest implements PollerContract {
    @Override
    public String scheme() {
        return "winsim";
    }
}
