package lapce.ipc.cli;

import java.io.IOException;

/// There and back again, once.
@FunctionalInterface
interface Trip {
    /// Sends a message and waits for its answer, which it checks.
    ///
    /// @param sequence the number of the trip, which the message carries
    void make(long sequence) throws IOException;
}
