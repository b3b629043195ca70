package lapce.ipc.shm.windows;

import lapce.ipc.test.contract.VirtualThreadContract;

class SimulatedVirtualThreadTest implements VirtualThreadContract {
    @Override
    public String scheme() {
        return "winsim";
    }
}
