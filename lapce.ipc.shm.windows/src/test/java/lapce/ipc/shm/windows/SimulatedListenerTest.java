package lapce.ipc.shm.windows;

import lapce.ipc.test.contract.ListenerContract;

class SimulatedListenerTest implements ListenerContract {
    @Override
    public String scheme() {
        return "winsim";
    }
}
