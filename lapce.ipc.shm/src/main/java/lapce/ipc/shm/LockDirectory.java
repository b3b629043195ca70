package lapce.ipc.shm;

import java.util.List;
import lapce.ipc.api.IpcException;
import org.jspecify.annotations.Nullable;

/// Lock files of one endpoint, in a directory that only its owner or its group may enter. All methods may be called from any thread.
public interface LockDirectory {
    /// Takes a lock, creating its file. The lock also excludes others in this process.
    ///
    /// @param name the file
    /// @param note one line for people who find the lock held
    /// @return the lock, or null if another holds it
    /// @throws lapce.ipc.api.NotPermittedException if the directory belongs to others, or others may enter it
    /// @throws IpcException if the system refuses
    @Nullable LifeLock tryLock(String name, String note) throws IpcException;

    /// Watches a lock without ever taking it from anyone.
    ///
    /// @param name the file
    /// @return the watch, or null if there is no such file, so that nobody holds it
    /// @throws IpcException if the system refuses
    @Nullable LockWatch watch(String name) throws IpcException;

    /// What the holder of a lock noted.
    ///
    /// @param name the file
    /// @return the line, empty if there is none
    /// @throws IpcException if the system refuses
    String note(String name) throws IpcException;

    /// The files in the directory.
    ///
    /// @return their names
    /// @throws IpcException if the system refuses
    List<String> list() throws IpcException;

    /// Deletes a file that nobody holds. Does nothing if there is none.
    ///
    /// @param name the file
    /// @throws IpcException if the system refuses
    void delete(String name) throws IpcException;

    /// Removes the directory if it is empty.
    ///
    /// @throws IpcException if the system refuses
    void removeIfEmpty() throws IpcException;

    /// Whether anyone, in any process, holds a lock now.
    ///
    /// @param name the file
    /// @return true if it is held
    /// @throws IpcException if the system refuses
    default boolean isHeld(String name) throws IpcException {
        try (LockWatch watch = watch(name)) {
            return watch != null && watch.isHeld();
        }
    }
}
