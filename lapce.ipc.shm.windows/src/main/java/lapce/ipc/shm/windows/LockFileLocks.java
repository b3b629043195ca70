package lapce.ipc.shm.windows;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import lapce.ipc.api.IpcException;
import lapce.ipc.shm.FileLocks;

/// Locks by LockFileEx. They are mandatory, so what they cover is one byte far behind the text, which stays readable.
final class LockFileLocks implements FileLocks {
    private static final int SCANNED_TRIES = 50;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final Pattern OF_WINDOWS = Pattern.compile("[A-Za-z]:\\\\.*");

    private final Kernel32 kernel;

    LockFileLocks(Kernel32 kernel) {
        this.kernel = kernel;
    }

    @Override
    public long open(Path file) throws IpcException {
        for (int tries = 1; ; tries++) {
            try {
                return kernel.openFile(text(file));
            } catch (Kernel32.Failed e) {
                switch (e.error()) {
                    case Kernel32.ERROR_FILE_NOT_FOUND, Kernel32.ERROR_PATH_NOT_FOUND -> {
                        return NO_FILE;
                    }
                    case Kernel32.ERROR_ACCESS_DENIED -> { // deleted, and open elsewhere: the directory is ours, so nothing else denies it
                        return NO_FILE;
                    }
                    case Kernel32.ERROR_SHARING_VIOLATION -> { // something that scans files has it, for a moment
                        if (tries == SCANNED_TRIES) {
                            throw failed(e);
                        }
                        LockSupport.parkNanos(PAUSE_NANOS);
                    }
                    default -> throw failed(e);
                }
            }
        }
    }

    /// A path may be longer than 260 characters if it is marked so; Java's own calls do that too.
    private static String text(Path file) {
        String path = file.toAbsolutePath().normalize().toString(); // as it is after the mark, nobody normalizes it
        return OF_WINDOWS.matcher(path).matches() ? "\\\\?\\" + path : path;
    }

    @Override
    public boolean tryLock(long file, boolean exclusive) throws IpcException {
        return lock(file, Kernel32.LOCKFILE_FAIL_IMMEDIATELY | (exclusive ? Kernel32.LOCKFILE_EXCLUSIVE_LOCK : 0));
    }

    @Override
    public void awaitSharedLock(long file) throws IpcException {
        if (!lock(file, 0)) {
            throw new IpcException("LockFileEx did not wait; the next look tells who holds the lock");
        }
    }

    private boolean lock(long file, int flags) throws IpcException {
        try {
            kernel.lockFile(file, flags);
            return true;
        } catch (Kernel32.Failed e) {
            if (e.error() == Kernel32.ERROR_LOCK_VIOLATION) {
                return false;
            }
            throw failed(e);
        }
    }

    @Override
    public void unlock(long file) throws IpcException {
        try {
            kernel.unlockFile(file);
        } catch (Kernel32.Failed e) {
            throw failed(e);
        }
    }

    @Override
    public boolean isNamed(long file) throws IpcException {
        try {
            return kernel.isNamed(file);
        } catch (Kernel32.Failed e) {
            throw failed(e);
        }
    }

    @Override
    public boolean rename(Path file, Path to) throws IpcException {
        try {
            kernel.moveFile(text(file), text(to));
            return true;
        } catch (Kernel32.Failed e) {
            return switch (e.error()) {
                case Kernel32.ERROR_ALREADY_EXISTS, Kernel32.ERROR_FILE_EXISTS -> false;
                case Kernel32.ERROR_FILE_NOT_FOUND, Kernel32.ERROR_PATH_NOT_FOUND -> false;
                case Kernel32.ERROR_ACCESS_DENIED -> false; // what has the name was deleted, and is open elsewhere
                case Kernel32.ERROR_SHARING_VIOLATION -> false; // something that scans files has it open, for a moment
                default -> throw failed(e);
            };
        }
    }

    @Override
    public void close(long file) {
        kernel.closeHandle(file);
    }

    private static IpcException failed(Kernel32.Failed e) {
        return new IpcException(e.getMessage(), e);
    }
}
