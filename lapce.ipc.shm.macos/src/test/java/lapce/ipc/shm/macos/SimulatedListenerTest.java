package lapce.ipc.shm.macos;

import lapce.ipc.test.contract.ListenerContract;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf("lapce.ipc.shm.macos.Simulation#isAvailable")
class SimulatedListenerTest implements ListenerContract {
    @Override
    public String scheme() {
        return SimulatedTransportProvider.SCHEME;
    }
}
