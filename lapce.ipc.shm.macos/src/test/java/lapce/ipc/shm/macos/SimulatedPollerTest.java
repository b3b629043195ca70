package lapce.ipc.shm.macos;

import lapce.ipc.test.contract.PollerContract;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf("lapce.ipc.shm.macos.Simulation#isAvailable")
class SimulatedPollerTest implements PollerContract {
    @Override
    public String scheme() {
        return SimulatedTransportProvider.SCHEME;
    }
}
