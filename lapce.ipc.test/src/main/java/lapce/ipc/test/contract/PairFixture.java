package lapce.ipc.test.contract;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import lapce.ipc.api.Options;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/// Which transport a contract is run for, and connections over it. Each has an endpoint of its own, so several
/// implementations may run at once. Tests are skipped where the transport's
/// provider says that it cannot serve, and none waits for ever.
@ExtendWith(Unsupported.class)
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // a call may not hear of interrupts
public interface PairFixture {
    /// The scheme that is tested.
    ///
    /// @return such as `shm`
    String scheme();

    /// Both ends of a connection with the default options.
    ///
    /// @return the ends, to be closed
    /// @throws IOException if they cannot be had
    default Pair open() throws IOException {
        return Pair.open(scheme(), Options.DEFAULT);
    }

    /// Both ends of a connection with the smallest rings.
    ///
    /// @return the ends, to be closed
    /// @throws IOException if they cannot be had
    default Pair openSmall() throws IOException {
        return Pair.open(scheme(), Options.DEFAULT.withRingBytes(Options.MIN_RING_BYTES));
    }
}
