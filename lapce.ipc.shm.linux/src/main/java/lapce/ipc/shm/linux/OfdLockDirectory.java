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
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import lapce.ipc.api.IpcException;
import lapce.ipc.api.OutOfSharedMemoryException;
import lapce.ipc.shm.LifeLock;
import lapce.ipc.shm.LockDirectory;
import lapce.ipc.shm.LockWatch;
import lapce.ipc.shm.Step;

/// Locks of open file descriptions (fcntl(2)): they end with the last descriptor of *that* open, so no other open or
/// close of the file in this process can lose them, and F_OFD_GETLK asks without taking.
final class OfdLockDirectory implements LockDirectory {
    private static final String LOCK_DIRECTORY = "lock directory";

    /// Somebody came between: again.
    private static final Set<Integer> BY_ANOTHER = Set.of(Libc.ENOENT, Libc.EEXIST, Libc.ENOTEMPTY);

    private final Path directory;
    private final Access access;

    OfdLockDirectory(Path directory, Access access) {
        this.directory = directory;
        this.access = access;
    }

    /// A lock file gets its name once it is locked, so that one whose lock is free is a dead process's. That goes first, and its
    /// maker is always who holds it.
    @Override
    public LifeLock tryLock(String name, String note) throws IpcException {
        Path file = directory.resolve(name);
        boolean made = false;
        for (; ; ) {
            try {
                made |= ensureDirectory();
                if (!isFree(file)) {
                    return null;
                }
                return create(file, note);
            } catch (Libc.Failed e) {
                if (!BY_ANOTHER.contains(e.errno()) || Files.notExists(sharedByAll())) {
                    if (made) {
                        removeIfEmpty();
                    }
                    throw failed(e);
                }
            }
        }
    }

    private LifeLock create(Path file, String note) throws Libc.Failed {
        int fd = Libc.openUnnamed(directory.toString());
        OfdLock created = null;
        try {
            access.setOnFile(fd);
            Libc.write(fd, note);
            boolean taken = Libc.tryExclusiveLock(fd); // nobody else can know the file
            Step.LOCK_TAKEN.reached();
            Libc.name(fd, file.toString());
            created = new OfdLock(file, fd);
            return created;
        } finally {
            if (created == null) {
                Libc.close(fd);
            }
        }
    }

    private Path sharedByAll() {
        return access.isOfGroup() ? directory.getParent().getParent() : directory.getParent();
    }

    /// Whether nobody holds the lock. A dead holder's file goes, while it is locked.
    private static boolean isFree(Path file) throws Libc.Failed {
        int fd;
        try {
            fd = Libc.open(file.toString(), Libc.O_RDWR);
        } catch (Libc.Failed e) {
            if (e.errno() == Libc.ENOENT) {
                return true;
            }
            throw e;
        }
        try {
            boolean free = Libc.tryExclusiveLock(fd);
            if (free && Libc.fstat(fd).links() > 0) { // else another has just deleted it
                Libc.unlink(file.toString());
            }
            return free;
        } finally {
            Libc.close(fd);
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
            return OfdWatch.of(Libc.open(directory.resolve(name).toString(), Libc.O_RDONLY));
        } catch (Libc.Failed e) {
            if (e.errno() == Libc.ENOENT) {
                return null;
            }
            throw Refusal.of(e);
        }
    }

    private record OfdWatch(int fd, String userId, AtomicBoolean closed) implements LockWatch {
        static OfdWatch of(int fd) throws Libc.Failed {
            OfdWatch watch = null;
            try {
                watch = new OfdWatch(fd, Integer.toUnsignedString(Libc.fstat(fd).owner()), new AtomicBoolean());
                return watch;
            } finally {
                if (watch == null) {
                    Libc.close(fd);
                }
            }
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
        remove(directory.resolve(name));
    }

    @Override
    public void removeIfEmpty() throws IpcException {
        remove(beingMade(directory));
        remove(directory);
        if (access.isOfGroup()) {
            remove(beingMade(directory.getParent()));
            remove(directory.getParent());
        }
    }

    /// A directory that is not empty stays: others have something there, and the last of them removes it. So does a group's that
    /// another member has made: it lies where only its owner may remove it.
    private void remove(Path path) throws IpcException {
        try {
            Files.deleteIfExists(path);
        } catch (DirectoryNotEmptyException e) {
            // see above
        } catch (IOException e) {
            if (!access.isOfGroup() || !path.equals(directory.getParent())) {
                throw Refusal.of(e);
            }
        }
    }

    /// @return true if it was not there
    private boolean ensureDirectory() throws IpcException, Libc.Failed {
        if (access.isOfGroup()) {
            ensure(directory.getParent());
        }
        return ensure(directory);
    }

    /// `/dev/shm` is sticky: once the directory is there, nobody but its owner can move or replace it.
    private boolean ensure(Path path) throws IpcException, Libc.Failed {
        int fd;
        try {
            fd = Libc.openDirectory(path.toString());
        } catch (Libc.Failed e) {
            if (e.errno() != Libc.ENOENT) {
                throw e;
            }
            make(path);
            return true;
        }
        try {
            if (!access.holdsForDirectory(Libc.fstat(fd))) {
                throw access.refused(LOCK_DIRECTORY, path);
            }
            return false;
        } finally {
            Libc.close(fd);
        }
    }

    /// It gets its name last, so that nobody sees it with another mode or group. What a killed process has left under the other name
    /// is used.
    private void make(Path path) throws IpcException, Libc.Failed {
        Path made = beingMade(path);
        boolean named = false;
        try {
            Libc.mkdir(made.toString());
            setAccess(made);
            Step.LOCK_DIRECTORY_MADE.reached();
            Libc.rename(made.toString(), path.toString());
            named = true;
        } finally {
            if (!named) {
                remove(made);
            }
        }
    }

    private void setAccess(Path made) throws IpcException, Libc.Failed {
        int fd = Libc.openDirectory(made.toString());
        try {
            if (Libc.fstat(fd).owner() != access.user()) {
                throw access.refused(LOCK_DIRECTORY, made);
            }
            access.setOnDirectory(fd);
        } finally {
            Libc.close(fd);
        }
    }

    private Path beingMade(Path path) {
        return path.resolveSibling(path.getFileName() + "~" + Integer.toUnsignedString(access.user()));
    }

    private IpcException failed(Libc.Failed e) {
        return switch (e.errno()) {
            case Libc.ENOSPC -> new OutOfSharedMemoryException("no room for a lock file: path=" + directory + "; make "
                    + LinuxPlatform.DIRECTORY + " larger (size, nr_inodes)");
            case Libc.ENOTDIR, Libc.ELOOP, Libc.EACCES, Libc.EPERM ->
                Refusal.isDirectoryUsable() ? access.refused(LOCK_DIRECTORY, directory) : Refusal.of(e);
            default -> Refusal.of(e);
        };
    }
}
