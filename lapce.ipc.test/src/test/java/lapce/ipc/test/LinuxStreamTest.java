package lapce.ipc.test;

import lapce.ipc.test.contract.StreamContract;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class LinuxStreamTest implements StreamContract {
    @Override
    public String scheme() {
        return "shm";
    }
}
