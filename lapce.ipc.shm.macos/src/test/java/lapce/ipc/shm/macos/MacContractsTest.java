package lapce.ipc.shm.macos;

import lapce.ipc.test.contract.ListenerContract;
import lapce.ipc.test.contract.PollerContract;
import lapce.ipc.test.contract.StreamContract;
import lapce.ipc.test.contract.VirtualThreadContract;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/// On a Mac: the transport as programs get it.
@EnabledOnOs(OS.MAC)
class MacContractsTest {
    private static final String SCHEME = "shm";

    @Nested
    class Streams implements StreamContract {
        @Override
        public String scheme() {
            return SCHEME;
        }
    }

    @Nested
    class Listeners implements ListenerContract {
        @Override
        public String scheme() {
            return SCHEME;
        }
    }

    @Nested
    class Pollers implements PollerContract {
        @Override
        public String scheme() {
            return SCHEME;
        }
    }

    @Nested
    class VirtualThreads implements VirtualThreadContract {
        @Override
        public String scheme() {
            return SCHEME;
        }
    }
}
