package lapce.ipc.shm;

/// A lock that is held as long as its process lives: the kernel drops it at the end, whatever the cause.
public interface LifeLock extends AutoCloseable {
    /// Deletes the file while the lock is held, then lets go. Twice does nothing.
    @Override
    void close();
}
