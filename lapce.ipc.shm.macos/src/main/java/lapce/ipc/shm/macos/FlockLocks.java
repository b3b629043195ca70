package lapce.ipc.shm.macos;

import java.nio.file.Path;
import lapce.ipc.api.IpcException;
import lapce.ipc.shm.FileLocks;

/// flock(2): the lock is the open file's, so neither another open of it nor a close of that one loses it.
///
/// @param libc the system
record FlockLocks(Libc libc) implements FileLocks {
    @Override
    public long open(Path file) throws IpcException {
        try {
            return libc.open(file.toString());
        } catch (Libc.Failed e) {
            if (e.errno() == Libc.ENOENT || e.errno() == Libc.ENOTDIR) {
                return NO_FILE;
            }
            throw MacPlatform.refusal(e);
        }
    }

    @Override
    public boolean tryLock(long file, boolean exclusive) throws IpcException {
        try {
            libc.flock((int) file, (exclusive ? Libc.LOCK_EX : Libc.LOCK_SH) | Libc.LOCK_NB);
            return true;
        } catch (Libc.Failed e) {
            if (e.errno() == Libc.EWOULDBLOCK) {
                return false;
            }
            throw MacPlatform.refusal(e);
        }
    }

    @Override
    public void awaitSharedLock(long file) throws IpcException {
        lock(file, Libc.LOCK_SH);
    }

    @Override
    public void unlock(long file) throws IpcException {
        lock(file, Libc.LOCK_UN);
    }

    private void lock(long file, int operation) throws IpcException {
        try {
            libc.flock((int) file, operation);
        } catch (Libc.Failed e) {
            throw MacPlatform.refusal(e);
        }
    }

    @Override
    public boolean isNamed(long file) throws IpcException {
        try {
            return libc.fstat((int) file).links() > 0;
        } catch (Libc.Failed e) {
            throw MacPlatform.refusal(e);
        }
    }

    @Override
    public boolean rename(Path file, Path to) throws IpcException {
        try {
            libc.renameNoReplace(file.toString(), to.toString());
            return true;
        } catch (Libc.Failed e) {
            if (e.errno() == Libc.EEXIST || e.errno() == Libc.ENOENT) {
                return false;
            }
            throw MacPlatform.refusal(e);
        }
    }

    @Override
    public void close(long file) {
        libc.close((int) file);
    }
}
