package lapce.ipc.shm.macos;

import lapce.ipc.test.contract.StreamProperties;

class SimulatedStreamPropertyTest implements StreamProperties {
    @Override
    public String scheme() {
        return SimulatedTransportProvider.SCHEME;
    }
}
