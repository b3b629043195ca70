package lapce.ipc.shm;

import lapce.ipc.api.IpcException;

/// A lock that is held as long as its process lives: the kernel drops it at the end, whatever the cause.
public interface LifeLock extends AutoCloseable {
    /// Deletes the file while the lock is held, then lets go, in any case. Twice does nothing.
    ///
    /// @throws IpcException if the file cannot be deleted
    @Override
    void close() throws IpcException;
}
