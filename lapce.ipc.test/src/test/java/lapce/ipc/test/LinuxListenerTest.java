package lapce.ipc.test;

import lapce.ipc.test.contract.ListenerContract;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class LinuxListenerTest implements ListenerContract {
    @Override
    public String scheme() {
        return "shm";
    }
}
