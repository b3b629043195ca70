package lapce.ipc.shm.linux;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import lapce.ipc.api.IpcException;
import lapce.ipc.api.OutOfSharedMemoryException;
import lapce.ipc.shm.LifeLock;
import lapce.ipc.shm.LockDirectory;
import lapce.ipc.shm.LockWatch;
import lapce.ipc.shm.Step;
import org.jspecify.annotations.Nullable;

/// Locks of open file descriptions (fcntl(2)): they end with the last descriptor of *that* open, so no other open or
/// close of the file in this process can lose them, and F_OFD_GETLK asks without taking.
final class OfdLockDirectory implements LockDirectory {
    /// Somebody came between: again. Not for ever, since the system may say so for a reason that stays.
    private static final Set<Integer> BY_ANOTHER = Set.of(Libc.ENOENT, Libc.EEXIST);

    private static final int MOST_TRIES = 10_000;
    private static final int LONGEST_NOTE = 1024;

    private final Path directory;
    private final Access access;
    private final OwnedDirectory own;
    private final @Nullable OwnedDirectory groups; // the directory that it lies in, or null

    OfdLockDirectory(Path directory, Access access) {
        this.directory = directory;
        this.access = access;
        this.own = new OwnedDirectory(directory, access);
        this.groups = access.isOfGroup() ? new OwnedDirectory(OwnedDirectory.around(directory), access) : null;
    }

    /// A lock file gets its name once it is locked, so that one whose lock is free is a dead process's. That goes first, and its
    /// maker is always who holds it.
    @Override
    public @Nullable LifeLock tryLock(String name, String note) throws IpcException {
        Path file = directory.resolve(name);
        boolean made = false;
        for (int tries = 1; ; tries++) {
            try {
                made |= ensureDirectory();
                if (!isFree(file)) {
                    return null;
                }
                return create(file, note);
            } catch (Libc.Failed e) {
                if (!BY_ANOTHER.contains(e.errno()) || tries == MOST_TRIES || Files.notExists(LinuxPlatform.DIRECTORY)) {
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
            if (!Libc.tryExclusiveLock(fd)) {
                throw new AssertionError("a file without a name is locked by another");
            }
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
        public void close() throws IpcException {
            if (!closed.compareAndSet(false, true)) {
                return;
            }
            try {
                deleteIfExists(file);
                Step.LOCK_FILE_DELETED.reached();
            } finally {
                Libc.close(fd);
            }
        }
    }

    private static void deleteIfExists(Path file) throws IpcException {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw Refusal.of(e);
        }
    }

    @Override
    public @Nullable LockWatch watch(String name) throws IpcException {
        Path file = directory.resolve(name);
        try {
            return watch(file, Libc.open(file.toString(), Libc.O_RDONLY));
        } catch (Libc.Failed e) {
            if (e.errno() == Libc.ENOENT) {
                return null;
            }
            throw Refusal.of(e);
        }
    }

    private LockWatch watch(Path file, int fd) throws IpcException, Libc.Failed {
        LockWatch watch = null;
        try {
            Libc.Stat stat = Libc.fstat(fd);
            if (!stat.isRegular()) {
                throw access.refused("lock file", file);
            }
            watch = new OfdWatch(fd, Integer.toUnsignedString(stat.owner()), new AtomicBoolean());
            return watch;
        } finally {
            if (watch == null) {
                Libc.close(fd);
            }
        }
    }

    private record OfdWatch(int fd, String userId, AtomicBoolean closed) implements LockWatch {
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
        Path file = directory.resolve(name);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return "";
        }
        try (InputStream note = Files.newInputStream(file)) {
            return new String(note.readNBytes(LONGEST_NOTE), StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            return "";
        } catch (IOException e) {
            throw Refusal.of(e);
        }
    }

    @Override
    public List<String> list() throws IpcException {
        try {
            return OwnedDirectory.names(directory, "");
        } catch (Libc.Failed e) {
            if (e.errno() == Libc.ENOENT) {
                return List.of();
            }
            throw Refusal.of(e);
        }
    }

    @Override
    public void delete(String name) throws IpcException {
        deleteIfExists(directory.resolve(name));
    }

    @Override
    public void removeIfEmpty() throws IpcException {
        own.removeIfEmpty();
        if (groups != null) {
            own.removeUnfinished();
            groups.removeIfEmpty();
        }
    }

    /// @return true if it was not there
    private boolean ensureDirectory() throws IpcException, Libc.Failed {
        if (groups != null) {
            groups.ensure();
        }
        return own.ensure();
    }

    private IpcException failed(Libc.Failed e) {
        return switch (e.errno()) {
            case Libc.ENOSPC -> new OutOfSharedMemoryException("no room for a lock file: path=" + directory + "; make "
                    + LinuxPlatform.DIRECTORY + " larger (size, nr_inodes)");
            case Libc.ENOTDIR, Libc.ELOOP, Libc.EACCES, Libc.EPERM ->
                Refusal.isDirectoryUsable() ? access.refused("directory", directory) : Refusal.of(e);
            default -> Refusal.of(e);
        };
    }
}
