package lapce.ipc.shm.macos;

import lapce.ipc.test.contract.VirtualThreadContract;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf("lapce.ipc.shm.macos.Simulation#isAvailable")
class SimulatedVirtualThreadTest implements VirtualThreadContract {
    @Override
    public String scheme() {
        return SimulatedTransportProvider.SCHEME;
    }
}
