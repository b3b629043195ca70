package lapce.ipc.test;

import lapce.ipc.test.contract.ListenerContract;

class MemListenerTest implements ListenerContract {
    @Override
    public String scheme() {
        return "mem";
    }
}
