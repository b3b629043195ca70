package lapce.ipc.shm.linux;

import lapce.ipc.shm.Barrier;

/// The way to Linux's barriers from outside of this package, for the stress tests.
public final class LinuxBarrier {
    private LinuxBarrier() {}

    /// The barriers of this process.
    ///
    /// @return null if there are none, on other systems too
    public static Barrier ofProcess() {
        return System.getProperty("os.name").equals("Linux") ? Membarrier.ofProcess() : null;
    }
}
