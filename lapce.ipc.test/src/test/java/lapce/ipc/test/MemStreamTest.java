package lapce.ipc.test;

import lapce.ipc.test.contract.StreamContract;

class MemStreamTest implements StreamContract {
    @Override
    public String scheme() {
        return "mem";
    }
}
