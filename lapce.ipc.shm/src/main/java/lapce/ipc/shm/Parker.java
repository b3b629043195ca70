package lapce.ipc.shm;

/// One permit shared by two processes, as `LockSupport` has one per thread.
public interface Parker {
    /// Takes the permit, waiting for it. One thread at a time; it blocks in the system, so it must be a platform thread.
    /// May also return for no reason.
    ///
    /// @param nanos how long to wait at most, positive
    /// @return true if the permit was there
    boolean park(long nanos);

    /// Makes the permit available and wakes the thread that waits for it. Any thread, any process.
    void unpark();
}
