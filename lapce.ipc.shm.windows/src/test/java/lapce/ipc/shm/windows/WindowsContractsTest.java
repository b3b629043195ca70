package lapce.ipc.shm.windows;

import lapce.ipc.test.contract.ListenerContract;
import lapce.ipc.test.contract.PollerContract;
import lapce.ipc.test.contract.StreamContract;
import lapce.ipc.test.contract.VirtualThreadContract;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/// The contracts over the real system, for whoever has one.
@EnabledOnOs(OS.WINDOWS)
class WindowsContractsTest {
    @Nested
    class Listeners implements ListenerContract {
        @Override
        public String scheme() {
            return "shm";
        }
    }

    @Nested
    class Pollers implements PollerContract {
        @Override
        public String scheme() {
            return "shm";
        }
    }

    @Nested
    class Streams implements StreamContract {
        @Override
        public String scheme() {
            return "shm";
        }
    }

    @Nested
    class VirtualThreads implements VirtualThreadContract {
        @Override
        public String scheme() {
            return "shm";
        }
    }
}
