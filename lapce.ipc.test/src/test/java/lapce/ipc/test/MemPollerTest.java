package lapce.ipc.test;

import lapce.ipc.test.contract.PollerContract;

class MemPollerTest implements PollerContract {
    @Override
    public String scheme() {
        return "mem";
    }
}
