package lapce.ipc.shm.linux;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import lapce.ipc.api.IpcException;
import lapce.ipc.api.NotPermittedException;
import lapce.ipc.api.OutOfSharedMemoryException;
import lapce.ipc.shm.LifeLock;
import lapce.ipc.shm.LockDirectory;
import lapce.ipc.shm.LockWatch;

/// Locks of open file descriptions (fcntl(2)): they end with the last descriptor of *that* open, so no other open or
/// close of the file in this process can lose them, and F_OFD_GETLK asks without taking.
final class OfdLockDirectory implements LockDirectory {
    private static final String OWNER_ONLY = "rwx------";

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
            ensureDirectory();
            int fd = -1;
            boolean locked = false;
            try {
                fd = Libc.open(
                        file.toString(),
                        Libc.O_RDWR | Libc.O_CREAT | Libc.O_CLOEXEC | Libc.O_NOFOLLOW,
                        LinuxPlatform.OWNER_ONLY);
                if (!Libc.tryExclusiveLock(fd)) {
                    return null;
                }
                if (Libc.fstat(fd).links() > 0) { // else its last holder has deleted it meanwhile: again
                    Libc.fchmod(fd, LinuxPlatform.OWNER_ONLY);
                    Files.writeString(file, note);
                    locked = true;
                    return new OfdLock(file, fd);
                }
            } catch (Libc.Failed e) {
                if (e.errno() != Libc.ENOENT) { // the directory was removed meanwhile: again
                    throw new IpcException(e.getMessage(), e);
                }
            } catch (IOException e) {
                delete(name); // while it is locked
                removeIfEmpty();
                throw failed(e);
            } finally {
                if (fd >= 0 && !locked) {
                    Libc.close(fd);
                }
            }
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
            throw new IpcException(e.getMessage(), e);
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
                throw new IpcException(e.getMessage(), e);
            }
        }

        @Override
        public void awaitRelease() throws IpcException {
            try {
                Libc.awaitSharedLock(fd);
            } catch (Libc.Failed e) {
                throw new IpcException(e.getMessage(), e);
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
            throw failed(e);
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
            throw failed(e.getCause());
        } catch (IOException e) {
            throw failed(e);
        }
        return names;
    }

    @Override
    public void delete(String name) throws IpcException {
        try {
            Files.deleteIfExists(directory.resolve(name));
        } catch (IOException e) {
            throw failed(e);
        }
    }

    @Override
    public void removeIfEmpty() throws IpcException {
        try {
            Files.deleteIfExists(directory);
        } catch (DirectoryNotEmptyException e) {
            // others still have locks here; the last of them removes it
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /// `/dev/shm` is sticky: once the directory is ours, nobody else can move or replace it.
    private void ensureDirectory() throws IpcException {
        try {
            try {
                Files.createDirectory(
                        directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(OWNER_ONLY)));
                Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(OWNER_ONLY));
            } catch (FileAlreadyExistsException e) {
                checkOwner();
            }
        } catch (NoSuchFileException e) {
            // removed since we looked; the caller's open finds out and comes again
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /// One look, since the directory may be removed at any time, which is no fault of anybody's.
    private void checkOwner() throws IOException {
        Map<String, Object> found =
                Files.readAttributes(directory, "unix:uid,permissions,isDirectory", LinkOption.NOFOLLOW_LINKS);
        int owner = (int) found.get("uid");
        @SuppressWarnings("unchecked") // so says PosixFileAttributeView
        String mode = PosixFilePermissions.toString((Set<PosixFilePermission>) found.get("permissions"));
        if (owner != user || !mode.equals(OWNER_ONLY) || !(boolean) found.get("isDirectory")) {
            throw new NotPermittedException("lock directory is not this user's alone: path=" + directory + ", owner="
                    + Integer.toUnsignedString(owner) + ", mode=" + mode + ", this user=" + user
                    + "; have its owner remove it, or use another session");
        }
    }

    private IpcException failed(IOException e) {
        if (String.valueOf(e.getMessage()).contains("No space left")) { // strerror(ENOSPC), the only sign java.nio gives
            return new OutOfSharedMemoryException("no room for a lock file: path=" + directory + "; make "
                    + LinuxPlatform.DIRECTORY + " larger");
        }
        return e instanceof IpcException known
                ? known
                : new IpcException("lock directory is unusable: path=" + directory + ": " + e, e);
    }
}
