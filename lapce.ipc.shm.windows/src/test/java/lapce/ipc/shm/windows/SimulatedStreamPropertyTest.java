package lapce.ipc.shm.windows;

import lapce.ipc.test.contract.StreamProperties;

class SimulatedStreamPropertyTest implements StreamProperties {
    @Override
    public String scheme() {
        return "winsim";
    }
}
