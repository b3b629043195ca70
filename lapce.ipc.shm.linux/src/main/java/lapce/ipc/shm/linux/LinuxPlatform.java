package lapce.ipc.shm.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import lapce.ipc.api.IncompatibleLayoutException;
import lapce.ipc.api.IpcException;
import lapce.ipc.api.NotPermittedException;
import lapce.ipc.api.OutOfSharedMemoryException;
import lapce.ipc.shm.LockDirectory;
import lapce.ipc.shm.Platform;
import lapce.ipc.shm.Region;
import lapce.ipc.shm.Step;

/// Linux. Regions and lock directories lie side by side in `/dev/shm`, so that a container that mounts it shares both.
final class LinuxPlatform implements Platform {
    /// Where shm_open(3) keeps its objects.
    static final Path DIRECTORY = Path.of("/dev/shm");

    /// Read and write for the owner, nothing for others.
    static final int OWNER_ONLY = 0600;

    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    private final int user = Libc.geteuid();
    private final String bootId = readBootId();

    @Override
    public String userId() {
        return Integer.toUnsignedString(user);
    }

    @Override
    public String bootId() {
        return bootId;
    }

    @Override
    public Region create(String name, long byteSize) throws IpcException {
        int fd = -1;
        try {
            fd = Libc.shmOpen(name, Libc.O_RDWR | Libc.O_CREAT | Libc.O_EXCL, OWNER_ONLY);
            Step.REGION_NAMED.reached();
            Libc.fchmod(fd, OWNER_ONLY); // whatever the umask says
            Libc.posixFallocate(fd, byteSize);
            Step.REGION_RESERVED.reached();
            return new ShmOpenRegion(fd, byteSize);
        } catch (Libc.Failed e) {
            if (fd >= 0) {
                unlink(name);
            }
            throw translated(e, name, byteSize);
        } finally {
            closeIfOpen(fd);
        }
    }

    @Override
    public Region open(String name, long byteSize) throws IpcException {
        int fd = -1;
        try {
            fd = Libc.shmOpen(name, Libc.O_RDWR, 0);
            Libc.Stat stat = Libc.fstat(fd);
            if (stat.size() == 0) { // its creator has not reserved it yet, so it is not there yet
                return null;
            }
            checkOwner(name, stat);
            if (stat.size() < byteSize) {
                throw new IncompatibleLayoutException("region is too small: name=" + name + ", size=" + stat.size()
                        + ", expected=" + byteSize + "; use the same release of lapce-ipc on both ends");
            }
            if (stat.allocated() < stat.size()) { // the call takes 28 µs even if there is nothing to do
                Libc.posixFallocate(fd, stat.size());
            }
            return new ShmOpenRegion(fd, stat.size());
        } catch (Libc.Failed e) {
            if (e.errno() == Libc.ENOENT && Files.isDirectory(DIRECTORY)) {
                return null;
            }
            throw translated(e, name, byteSize);
        } finally {
            closeIfOpen(fd);
        }
    }

    @Override
    public void unlink(String name) throws IpcException {
        try {
            Libc.shmUnlink(name);
        } catch (Libc.Failed e) {
            if (e.errno() != Libc.ENOENT) {
                throw translated(e, name, 0);
            }
        }
    }

    @Override
    public List<String> list(String prefix) throws IpcException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(DIRECTORY, prefix + "*")) {
            for (Path entry : entries) {
                if (isOwn(entry)) {
                    names.add(entry.getFileName().toString());
                }
            }
        } catch (DirectoryIteratorException e) {
            throw Refusal.of(e.getCause());
        } catch (IOException e) {
            throw Refusal.of(e);
        }
        return names;
    }

    /// Others may put files with such names there, which this user could not remove.
    private boolean isOwn(Path entry) throws IOException {
        try {
            return (int) Files.getAttribute(entry, "unix:uid", LinkOption.NOFOLLOW_LINKS) == user;
        } catch (NoSuchFileException e) {
            return false; // removed meanwhile
        }
    }

    @Override
    public LockDirectory lockDirectory(String name) {
        return new OfdLockDirectory(DIRECTORY.resolve(name), user);
    }

    private void checkOwner(String name, Libc.Stat stat) throws NotPermittedException {
        if (!stat.isRegular() || stat.owner() != user || stat.permissions() != OWNER_ONLY) {
            throw new NotPermittedException("region is not this user's alone: name=" + name + ", owner=" + stat.owner()
                    + ", mode=0" + Integer.toOctalString(stat.permissions()) + ", this user=" + user
                    + "; have its owner remove it, or use another session");
        }
    }

    private static IpcException translated(Libc.Failed e, String name, long byteSize) {
        return switch (e.errno()) {
            case Libc.ENOSPC -> new OutOfSharedMemoryException("out of shared memory: name=" + name
                    + ", needed=" + byteSize + " bytes, free=" + freeBytes() + " bytes under " + DIRECTORY
                    + "; make it larger (size, nr_inodes), or use smaller rings");
            case Libc.EPERM, Libc.EACCES, Libc.ELOOP -> new NotPermittedException(
                    e.getMessage() + "; it belongs to another user, or " + DIRECTORY + " may not be written");
            default -> Refusal.of(e);
        };
    }

    private static long freeBytes() {
        try {
            return Files.getFileStore(DIRECTORY).getUsableSpace();
        } catch (IOException e) {
            return -1; // for a message about something worse
        }
    }

    private static void closeIfOpen(int fd) {
        if (fd >= 0) {
            Libc.close(fd);
        }
    }

    private static String readBootId() {
        try {
            return Files.readString(BOOT_ID).substring(0, 8);
        } catch (IOException e) {
            throw new UncheckedIOException("no boot id: is /proc mounted?", e);
        }
    }
}
