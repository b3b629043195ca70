package lapce.ipc.shm.macos;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import lapce.ipc.api.IncompatibleLayoutException;
import lapce.ipc.api.IpcException;
import lapce.ipc.api.NotPermittedException;
import lapce.ipc.api.OutOfSharedMemoryException;
import lapce.ipc.shm.FileLockDirectory;
import lapce.ipc.shm.LockDirectory;
import lapce.ipc.shm.MappedRegion;
import lapce.ipc.shm.Platform;
import lapce.ipc.shm.Region;
import lapce.ipc.shm.Registry;
import org.jspecify.annotations.Nullable;

/// macOS. Regions' names and lock directories lie side by side in a directory of the user's.
final class MacPlatform implements Platform {
    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final String PREFIX = "/lpc_"; // with 25 letters and digits, 30 of the 31 that shm_open(2) takes
    private static final int MODE = 0600;
    private static final int BOOT_ID_LENGTH = 8;

    private final Libc libc;
    private final Registry registry;
    private final String ownerId;
    private final String bootId;

    MacPlatform(Libc libc, Path directory) throws IpcException {
        this.libc = libc;
        this.registry = new Registry(directory, OWNER_ONLY);
        this.ownerId = Integer.toUnsignedString(libc.geteuid());
        try {
            this.bootId = libc.bootSession().substring(0, BOOT_ID_LENGTH).toLowerCase(Locale.ROOT);
        } catch (Libc.Failed e) {
            throw refusal(e);
        }
    }

    @Override
    public String ownerId() {
        return ownerId;
    }

    /// A mode cannot be set on shared memory here, nor a group.
    @Override
    public Platform ofGroup(String group) throws IpcException {
        throw new IpcException("no endpoints of groups on macOS: group=" + group + "; leave Options.withGroup out, and run both ends as one user");
    }

    @Override
    public List<MacPlatform> groups() {
        return List.of();
    }

    /// Others' names are in directories of theirs.
    @Override
    public String othersWith(String nameBehindOwner) {
        return "";
    }

    @Override
    public String bootId() {
        return bootId;
    }

    @Override
    public Region create(String name, long byteSize) throws IpcException {
        String object = PREFIX + registry.add(name);
        int fd = -1;
        Region region = null;
        try {
            fd = libc.shmCreate(object, MODE);
            libc.ftruncate(fd, byteSize); // once (xnu, posix_shm.c)
            Region mapped = map(fd, byteSize);
            if (!object.equals(PREFIX + registry.find(name))) { // and so could not find the memory
                mapped.close();
                throw new IpcException("region was swept while it was made: name=" + name + "; its server has ended");
            }
            region = mapped;
            return region;
        } catch (Libc.Failed e) {
            throw refusal(e);
        } finally {
            try {
                if (region == null) {
                    shmUnlink(object);
                    registry.remove(name);
                }
            } finally {
                closeIfOpen(fd);
            }
        }
    }

    private Region map(int fd, long byteSize) throws Libc.Failed {
        Arena arena = Arena.ofShared();
        Region region = null;
        try {
            region = new MappedRegion(arena, libc.mmap(fd, byteSize, arena), (word, _) -> new OsSyncParker(libc, word));
            return region;
        } finally {
            if (region == null) {
                arena.close();
            }
        }
    }

    /// Its memory is in whole pages, of 16 KiB on Apple silicon.
    @Override
    public @Nullable Region open(String name, long byteSize) throws IpcException {
        String object = registry.find(name);
        if (object == null) {
            return null;
        }
        int fd = -1;
        try {
            fd = libc.shmOpen(PREFIX + object);
            Libc.Stat stat = libc.fstat(fd);
            if (stat.owner() != libc.geteuid() || stat.permissions() != MODE) {
                throw new NotPermittedException("region is not this user's alone: name=" + name + ", object=" + PREFIX + object + ", owner="
                        + Integer.toUnsignedString(stat.owner()) + ", mode=0" + Integer.toOctalString(stat.permissions())
                        + "; use another session");
            }
            if (stat.size() == 0) {
                return null; // it is about to be made
            }
            if (stat.size() < byteSize) {
                throw new IncompatibleLayoutException("region is too small: name=" + name + ", size=" + stat.size()
                        + ", expected=" + byteSize + "; use the same release of lapce-ipc on both ends");
            }
            return map(fd, stat.size());
        } catch (Libc.Failed e) {
            if (e.errno() == Libc.ENOENT) {
                return null;
            }
            throw refusal(e);
        } finally {
            closeIfOpen(fd);
        }
    }

    private void closeIfOpen(int fd) {
        if (fd >= 0) {
            libc.close(fd);
        }
    }

    /// Memory that is made meanwhile goes too, or its maker misses the name.
    @Override
    public void unlink(String name) throws IpcException {
        String object = registry.find(name);
        if (object != null) {
            shmUnlink(PREFIX + object); // first, for without the name nobody could
        }
        registry.remove(name);
        if (object != null) {
            shmUnlink(PREFIX + object);
        }
    }

    private void shmUnlink(String object) throws IpcException {
        try {
            libc.shmUnlink(object);
        } catch (Libc.Failed e) {
            if (e.errno() != Libc.ENOENT) {
                throw refusal(e);
            }
        }
    }

    @Override
    public List<String> list(String prefix) throws IpcException {
        return registry.list(prefix);
    }

    @Override
    public LockDirectory lockDirectory(String name) {
        return new FileLockDirectory(registry.lockDirectory(name), ownerId, new FlockLocks(libc), OWNER_ONLY);
    }

    static IpcException refusal(Libc.Failed e) {
        return switch (e.errno()) {
            case Libc.ENOMEM -> new OutOfSharedMemoryException("out of memory: " + e.getMessage() + "; close streams, or use smaller rings");
            case Libc.EMFILE, Libc.ENFILE -> new OutOfSharedMemoryException(
                    "no descriptor left: " + e.getMessage() + "; close files, or raise the limit: ulimit -n 65536");
            case Libc.EACCES, Libc.EPERM -> {
                NotPermittedException refused = new NotPermittedException(e.getMessage() + "; let this user read and write there, or remove it");
                refused.initCause(e);
                yield refused;
            }
            default -> new IpcException(e.getMessage(), e);
        };
    }
}
