package lapce.ipc.shm;

import lapce.ipc.api.IpcException;

/// Sees whether a [LifeLock] is held. Closed by the thread that uses it, since closing does not end a wait.
public interface LockWatch extends AutoCloseable {
    /// Whether it is held now.
    ///
    /// @return false once the holder has let go or died
    /// @throws IpcException if the system refuses
    boolean isHeld() throws IpcException;

    /// Who holds it, or held it last: the file's owner, since its holder has made it.
    ///
    /// @return the user's id as the system writes it
    String userId();

    /// Blocks in the system until it is not held, so it must be a platform thread.
    ///
    /// @throws IpcException if the system refuses
    void awaitRelease() throws IpcException;

    /// Stops watching. Twice does nothing.
    @Override
    void close();
}
