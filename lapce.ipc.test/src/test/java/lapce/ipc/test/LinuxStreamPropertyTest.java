package lapce.ipc.test;

import lapce.ipc.test.contract.StreamProperties;

class LinuxStreamPropertyTest implements StreamProperties {
    @Override
    public String scheme() {
        return "shm";
    }
}
