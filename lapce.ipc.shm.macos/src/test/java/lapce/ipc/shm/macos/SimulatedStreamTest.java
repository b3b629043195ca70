package lapce.ipc.shm.macos;

import lapce.ipc.test.contract.StreamContract;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf("lapce.ipc.shm.macos.Simulation#isAvailable")
class SimulatedStreamTest implements StreamContract {
    @Override
    public String scheme() {
        return SimulatedTransportProvider.SCHEME;
    }
}
