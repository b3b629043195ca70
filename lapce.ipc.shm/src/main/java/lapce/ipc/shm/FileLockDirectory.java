package lapce.ipc.shm;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import lapce.ipc.api.IpcException;
import org.jspecify.annotations.Nullable;

/// Life locks by [FileLocks], where the system cannot tell whether a file is locked without locking it.
///
/// A lock file gets its name once it is locked, so that one whose lock is free is a dead process's. Who looks takes a shared lock for a moment;
/// who wants the exclusive one is not misled by that, since two can share.
public final class FileLockDirectory implements LockDirectory {
    private static final int MOST_TRIES = 10_000; // a second or two
    private static final long PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(100);
    private static final int LONGEST_NOTE = 1024;
    private static final String UNFINISHED = "~"; // between the name and a number
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Path directory;
    private final String userId;
    private final FileLocks locks;
    private final FileAttribute<?>[] ofDirectory;

    /// Opens a directory of lock files, which is made when it is needed.
    ///
    /// @param directory where no other user may write
    /// @param userId whose it is
    /// @param locks how the system locks files
    /// @param ofDirectory what makes a new directory its owner's alone
    public FileLockDirectory(Path directory, String userId, FileLocks locks, FileAttribute<?>... ofDirectory) {
        this.directory = directory;
        this.userId = userId;
        this.locks = locks;
        this.ofDirectory = ofDirectory.clone();
    }

    @Override
    public @Nullable LifeLock tryLock(String name, String note) throws IpcException {
        Path file = directory.resolve(name);
        for (int tries = 0; tries < MOST_TRIES; tries++) {
            try {
                Files.createDirectories(directory, ofDirectory);
                if (!isFree(file)) {
                    return null;
                }
                LifeLock created = create(file, note);
                if (created != null) {
                    return created;
                }
            } catch (NoSuchFileException | FileAlreadyExistsException | AccessDeniedException e) { // another removes the directory, or has
                if (tries == MOST_TRIES - 1) {
                    throw Registry.failed(e);
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            } catch (IOException e) {
                throw Registry.failed(e);
            }
        }
        throw new IpcException("lock file cannot be made: path=" + file + "; look what is there, and remove it");
    }

    /// Whether nobody holds the lock. A dead holder's file goes, while it is locked.
    private boolean isFree(Path file) throws IpcException {
        long open = locks.open(file);
        if (open == FileLocks.NO_FILE) {
            return true;
        }
        try {
            for (int tries = 0; !locks.tryLock(open, true); tries++) {
                if (!locks.tryLock(open, false)) {
                    return false;
                }
                locks.unlock(open); // somebody was looking
                if (tries == MOST_TRIES) {
                    throw new IpcException("lock file is looked at without end: path=" + file + "; end the process that has it open");
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
            if (locks.isNamed(open)) { // else another has just deleted it
                delete(file);
            }
            return true;
        } finally {
            locks.close(open);
        }
    }

    /// Returns null if another was faster.
    private @Nullable LifeLock create(Path file, String note) throws IOException {
        Path made = file.resolveSibling(file.getFileName() + UNFINISHED + Long.toHexString(RANDOM.nextLong()));
        Files.writeString(made, note, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        long open = FileLocks.NO_FILE;
        LifeLock lock = null;
        try {
            open = locks.open(made);
            if (open != FileLocks.NO_FILE && locks.tryLock(open, true)) { // else it was taken for a dead one's
                Step.LOCK_TAKEN.reached();
                if (locks.rename(made, file)) {
                    lock = new FileLock(locks, file, open, new AtomicBoolean());
                }
            }
            return lock;
        } finally {
            if (lock == null) {
                try {
                    delete(made);
                } finally {
                    if (open != FileLocks.NO_FILE) {
                        locks.close(open);
                    }
                }
            }
        }
    }

    private record FileLock(FileLocks locks, Path file, long open, AtomicBoolean closed) implements LifeLock {
        @Override
        public void close() throws IpcException {
            if (!closed.compareAndSet(false, true)) {
                return;
            }
            try {
                FileLockDirectory.delete(file);
                Step.LOCK_FILE_DELETED.reached();
            } finally {
                locks.close(open);
            }
        }
    }

    @Override
    public @Nullable LockWatch watch(String name) throws IpcException {
        long open = locks.open(directory.resolve(name));
        return open == FileLocks.NO_FILE ? null : new FileWatch(locks, userId, open, new AtomicBoolean());
    }

    private record FileWatch(FileLocks locks, String userId, long open, AtomicBoolean closed) implements LockWatch {
        @Override
        public boolean isHeld() throws IpcException {
            boolean free = locks.tryLock(open, false);
            if (free) {
                locks.unlock(open);
            }
            return !free;
        }

        @Override
        public void awaitRelease() throws IpcException {
            locks.awaitSharedLock(open);
            locks.unlock(open);
        }

        @Override
        public void close() {
            if (closed.compareAndSet(false, true)) {
                locks.close(open);
            }
        }
    }

    @Override
    public String note(String name) throws IpcException {
        return Registry.retried(() -> {
            try (InputStream note = Files.newInputStream(directory.resolve(name))) {
                return new String(note.readNBytes(LONGEST_NOTE), StandardCharsets.UTF_8);
            } catch (NoSuchFileException e) {
                return "";
            }
        });
    }

    @Override
    public List<String> list() throws IpcException {
        return Registry.names(directory).stream().filter(name -> !name.contains(UNFINISHED)).toList();
    }

    @Override
    public void delete(String name) throws IpcException {
        delete(directory.resolve(name));
    }

    private static void delete(Path file) throws IpcException {
        Registry.retried(() -> Files.deleteIfExists(file));
    }

    /// Also removes what killed processes have left unfinished.
    @Override
    public void removeIfEmpty() throws IpcException {
        for (String name : Registry.names(directory)) {
            if (!name.contains(UNFINISHED) || !isFree(directory.resolve(name))) {
                return;
            }
        }
        Registry.retried(() -> {
            try {
                return Files.deleteIfExists(directory);
            } catch (DirectoryNotEmptyException e) {
                return false; // somebody has made a lock meanwhile, and will remove the directory
            }
        });
    }
}
