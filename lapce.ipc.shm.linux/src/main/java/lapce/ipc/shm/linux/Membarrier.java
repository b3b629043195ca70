package lapce.ipc.shm.linux;

import lapce.ipc.shm.Barrier;
import org.jspecify.annotations.Nullable;

/// membarrier(2) with GLOBAL_EXPEDITED, which reaches all processes that have registered for it (Linux 4.16).
final class Membarrier implements Barrier {
    private static final @Nullable Barrier ONE = Libc.registerForBarriers() ? new Membarrier() : null;

    private Membarrier() {}

    /// That of this process, or null where the system has none.
    static @Nullable Barrier ofProcess() {
        return ONE;
    }

    @Override
    public void make() {
        if (!Libc.memoryBarrier()) {
            throw new AssertionError("membarrier(2) failed, and did not when this process registered: was it forbidden since?");
        }
    }
}
