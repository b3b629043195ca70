package lapce.ipc.shm;

import java.nio.file.Path;
import lapce.ipc.api.IpcException;

/// Locks that belong to an open file: they exclude other opens of it, in this process too, and end with the last descriptor or handle of that
/// open, so with the process at the latest. All methods may be called from any thread.
public interface FileLocks {
    /// What [#open] returns when there is no such file.
    long NO_FILE = -1;

    /// Opens a file for locking. No process started later inherits it.
    ///
    /// @param file the file
    /// @return a descriptor or handle, or [#NO_FILE]
    /// @throws IpcException if the system refuses
    long open(Path file) throws IpcException;

    /// Takes a lock, or not, at once.
    ///
    /// @param file what [#open] returned
    /// @param exclusive whether it excludes shared ones, too
    /// @return false if another open of the file excludes it
    /// @throws IpcException if the system refuses
    boolean tryLock(long file, boolean exclusive) throws IpcException;

    /// Blocks in the system until a shared lock is taken, so it must be a platform thread.
    ///
    /// @param file what [#open] returned
    /// @throws IpcException if the system refuses
    void awaitSharedLock(long file) throws IpcException;

    /// Lets a lock go.
    ///
    /// @param file what [#open] returned
    /// @throws IpcException if the system refuses
    void unlock(long file) throws IpcException;

    /// Whether the open file still has a name.
    ///
    /// @param file what [#open] returned
    /// @return false if it was deleted
    /// @throws IpcException if the system refuses
    boolean isNamed(long file) throws IpcException;

    /// Renames a file, which may be open and locked.
    ///
    /// @param file the file
    /// @param to a path in the same directory
    /// @return false if there is something of that name, or nothing of the old one
    /// @throws IpcException if the system refuses
    boolean rename(Path file, Path to) throws IpcException;

    /// Lets go of the file and its locks.
    ///
    /// @param file what [#open] returned
    void close(long file);
}
