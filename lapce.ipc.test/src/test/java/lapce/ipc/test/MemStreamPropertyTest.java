package lapce.ipc.test;

import lapce.ipc.test.contract.StreamProperties;

class MemStreamPropertyTest implements StreamProperties {
    @Override
    public String scheme() {
        return "mem";
    }
}
