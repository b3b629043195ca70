package lapce.ipc.shm.linux;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import lapce.ipc.api.IpcException;
import lapce.ipc.api.NotPermittedException;
import lapce.ipc.api.OutOfSharedMemoryException;
import lapce.ipc.shm.LifeLock;
import lapce.ipc.shm.LockDirectory;
import lapce.ipc.shm.LockWatch;
import lapce.ipc.shm.Step;

/// Locks of open file descriptions (fcntl(2)): they end with the last descriptor of *that* open, so no other open or
/// close of the file in this process can lose them, and F_OFD_GETLK asks without taking.
final class OfdLockDirectory implements LockDirectory {
    private static final int OWNER_ONLY = 0700;
    private static final int CREATE = Libc.O_RDWR | Libc.O_CREAT | Libc.O_CLOEXEC | Libc.O_NOFOLLOW;
    private static final int DIRECTORY_ITSELF = Libc.O_RDONLY | Libc.O_CLOEXEC | Libc.O_NOFOLLOW | Libc.O_DIRECTORY;

    private final Path directory;
    private final int user;

    OfdLockDirectory(Path directory, int user) {
        this.directory = directory;
        this.user = user;
    }

    @Override
    public LifeLock tryLock(String name, String note) throws IpcException {
        Path file = directory.resolve(name);
        for (; ; ) {
            boolean made = ensureDirectory();
            try {
                int fd = Libc.open(file.toString(), CREATE, LinuxPlatform.OWNER_ONLY);
                Step.LOCK_FILE_CREATED.reached();
                Outcome outcome = lock(fd, file, note);
                if (outcome != Outcome.DELETED_MEANWHILE) {
                    return outcome == Outcome.LOCKED ? new OfdLock(file, fd) : null;
                }
            } catch (Libc.Failed e) {
                if (e.errno() != Libc.ENOENT) { // the directory was removed meanwhile: again
                    if (made) {
                        removeIfEmpty();
                    }
                    throw failed(e);
                }
            }
        }
    }

    private enum Outcome {
        LOCKED,
        HELD_BY_ANOTHER,
        DELETED_MEANWHILE
    }

    /// Closes the descriptor unless it is locked at the end.
    private Outcome lock(int fd, Path file, String note) throws IpcException, Libc.Failed {
        Outcome outcome = Outcome.HELD_BY_ANOTHER;
        try {
            if (Libc.tryExclusiveLock(fd)) {
                outcome = Outcome.DELETED_MEANWHILE; // by its last holder, if no name leads to it any more
                if (Libc.fstat(fd).links() > 0) {
                    Step.LOCK_TAKEN.reached();
                    Libc.fchmod(fd, LinuxPlatform.OWNER_ONLY);
                    writeNote(fd, file, note);
                    outcome = Outcome.LOCKED;
                }
            }
            return outcome;
        } finally {
            if (outcome != Outcome.LOCKED) {
                Libc.close(fd);
            }
        }
    }

    private void writeNote(int fd, Path file, String note) throws IpcException {
        try {
            Libc.truncate(fd);
            Libc.write(fd, note);
        } catch (Libc.Failed e) {
            delete(file.getFileName().toString()); // while it is locked
            removeIfEmpty();
            throw failed(e);
        }
    }

    private record OfdLock(Path file, int fd, AtomicBoolean closed) implements LifeLock {
        OfdLock(Path file, int fd) {
            this(file, fd, new AtomicBoolean());
        }

        @Override
        public void close() {
            if (!closed.compareAndSet(false, true)) {
                return;
            }
            try {
                Files.deleteIfExists(file);
                Step.LOCK_FILE_DELETED.reached();
            } catch (IOException e) {
                throw new AssertionError("a file in a directory of our own cannot be deleted: " + file, e);
            } finally {
                Libc.close(fd);
            }
        }
    }

    @Override
    public LockWatch watch(String name) throws IpcException {
        try {
            return new OfdWatch(
                    Libc.open(directory.resolve(name).toString(), Libc.O_RDONLY | Libc.O_CLOEXEC | Libc.O_NOFOLLOW, 0));
        } catch (Libc.Failed e) {
            if (e.errno() == Libc.ENOENT) {
                return null;
            }
            throw Refusal.of(e);
        }
    }

    private record OfdWatch(int fd, AtomicBoolean closed) implements LockWatch {
        OfdWatch(int fd) {
            this(fd, new AtomicBoolean());
        }

        @Override
        public boolean isHeld() throws IpcException {
            try {
                return Libc.isExclusivelyLocked(fd);
            } catch (Libc.Failed e) {
                throw Refusal.of(e);
            }
        }

        @Override
        public void awaitRelease() throws IpcException {
            try {
                Libc.awaitSharedLock(fd);
            } catch (Libc.Failed e) {
                throw Refusal.of(e);
            }
        }

        @Override
        public void close() {
            if (closed.compareAndSet(false, true)) {
                Libc.close(fd);
            }
        }
    }

    @Override
    public String note(String name) throws IpcException {
        try {
            return Files.readString(directory.resolve(name));
        } catch (NoSuchFileException e) {
            return "";
        } catch (IOException e) {
            throw Refusal.of(e);
        }
    }

    @Override
    public List<String> list() throws IpcException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            entries.forEach(entry -> names.add(entry.getFileName().toString()));
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (DirectoryIteratorException e) {
            throw Refusal.of(e.getCause());
        } catch (IOException e) {
            throw Refusal.of(e);
        }
        return names;
    }

    @Override
    public void delete(String name) throws IpcException {
        try {
            Files.deleteIfExists(directory.resolve(name));
        } catch (IOException e) {
            throw Refusal.of(e);
        }
    }

    @Override
    public void removeIfEmpty() throws IpcException {
        try {
            Files.deleteIfExists(directory);
        } catch (DirectoryNotEmptyException e) {
            // others still have locks here; the last of them removes it
        } catch (IOException e) {
            throw Refusal.of(e);
        }
    }

    /// `/dev/shm` is sticky: once the directory is ours, nobody else can move or replace it.
    ///
    /// @return true if it was not there
    private boolean ensureDirectory() throws IpcException {
        boolean made = false;
        try {
            Libc.mkdir(directory.toString(), OWNER_ONLY);
            made = true;
        } catch (Libc.Failed e) {
            if (e.errno() != Libc.EEXIST) {
                throw failed(e);
            }
        }
        try {
            check();
        } catch (Libc.Failed e) {
            if (e.errno() != Libc.ENOENT) { // removed meanwhile; the caller's open finds out and comes again
                if (made) {
                    removeIfEmpty();
                }
                throw failed(e);
            }
        }
        return made;
    }

    /// The mode of one just made is what the umask left of it.
    private void check() throws IpcException, Libc.Failed {
        int fd = Libc.open(directory.toString(), DIRECTORY_ITSELF, 0);
        try {
            Libc.Stat stat = Libc.fstat(fd);
            if (stat.owner() != user || (stat.permissions() & ~OWNER_ONLY) != 0) {
                throw notOurs("owner=" + Integer.toUnsignedString(stat.owner()) + ", mode=0"
                        + Integer.toOctalString(stat.permissions()));
            }
            if (stat.permissions() != OWNER_ONLY) {
                Libc.fchmod(fd, OWNER_ONLY);
            }
        } finally {
            Libc.close(fd);
        }
    }

    private NotPermittedException notOurs(String found) {
        return new NotPermittedException("lock directory is not this user's alone: path=" + directory + ", " + found
                + ", this user=" + Integer.toUnsignedString(user) + "; have its owner remove it, or use another session");
    }

    private IpcException failed(Libc.Failed e) {
        return switch (e.errno()) {
            case Libc.ENOSPC -> new OutOfSharedMemoryException("no room for a lock file: path=" + directory + "; make "
                    + LinuxPlatform.DIRECTORY + " larger (size, nr_inodes)");
            case Libc.ENOTDIR, Libc.ELOOP, Libc.EACCES ->
                Refusal.isDirectoryUsable() ? notOurs(e.getMessage()) : Refusal.of(e);
            default -> Refusal.of(e);
        };
    }
}
