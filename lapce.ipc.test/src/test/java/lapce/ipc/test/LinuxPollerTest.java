package lapce.ipc.test;

import lapce.ipc.test.contract.PollerContract;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class LinuxPollerTest implements PollerContract {
    @Override
    public String scheme() {
        return "shm";
    }
}
