package lapce.ipc.test;

import lapce.ipc.test.contract.VirtualThreadContract;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class LinuxVirtualThreadTest implements VirtualThreadContract {
    @Override
    public String scheme() {
        return "shm";
    }
}
