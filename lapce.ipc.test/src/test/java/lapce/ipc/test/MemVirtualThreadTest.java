package lapce.ipc.test;

import lapce.ipc.test.contract.VirtualThreadContract;

class MemVirtualThreadTest implements VirtualThreadContract {
    @Override
    public String scheme() {
        return "mem";
    }
}
