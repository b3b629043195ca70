package lapce.ipc.shm.ring;

/// Assertions of the hostile peers, which run without a test engine too.
public final class Check {
    private Check() {}

    /// Asserts.
    ///
    /// @param holds what must be true
    /// @param what is wrong otherwise
    public static void that(boolean holds, String what) {
        that(holds, what, null);
    }

    /// Asserts.
    ///
    /// @param holds what must be true
    /// @param what is wrong otherwise
    /// @param cause what came instead
    public static void that(boolean holds, String what, Throwable cause) {
        if (!holds) {
            throw new AssertionError(what, cause);
        }
    }
}
