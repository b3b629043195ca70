package lapce.ipc.shm.windows;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
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
import lapce.ipc.shm.Step;
import org.jspecify.annotations.Nullable;

/// Windows. A section has its name as long as somebody has it open, and cannot be listed, so regions' names are files; lock directories lie
/// beside them. The directory is under the user's own data, where the system lets no other user write.
final class WindowsPlatform implements Platform {
    /// What sections' names start with.
    static final String SECTION = "Local\\lapce_ipc_"; // of this session: `Global\` takes a privilege

    private final Kernel32 kernel;
    private final Path directory;
    private final Registry registry;
    private final Keeper keeper;
    private final Owner owner;

    /// @param directory where no other user may write
    WindowsPlatform(Kernel32 kernel, Path directory) throws IpcException {
        this.kernel = kernel;
        this.directory = directory;
        this.registry = new Registry(directory);
        this.keeper = new Keeper(kernel, registry);
        try {
            this.owner = new Owner(kernel.userSid());
        } catch (Kernel32.Failed e) {
            throw new IpcException(e.getMessage(), e);
        }
    }

    @Override
    public String ownerId() {
        return owner.id();
    }

    @Override
    public Platform ofGroup(String group) throws IpcException {
        throw new IpcException("groups are not supported on Windows: group=" + group + "; leave it out, and run both ends as one user");
    }

    @Override
    public List<WindowsPlatform> groups() {
        return List.of();
    }

    /// Other users' names are where this user may not look.
    @Override
    public String othersWith(String nameBehindOwner) {
        return "";
    }

    /// Always the same. No memory outlives the machine's start, and names that do are swept as a killed process's are, for their locks are
    /// free. The system's own number of starts lies at an address of its own, which is neither documented as lasting nor filled by Wine.
    @Override
    public String bootId() {
        return "00000000";
    }

    @Override
    public Region create(String name, long byteSize) throws IpcException {
        keeper.letGo();
        String object = registry.add(name);
        String section = SECTION + object;
        Step.REGION_NAMED.reached();
        Arena arena = Arena.ofShared();
        Region region = null;
        try {
            region = map(kernel.createFileMapping(section, byteSize, owner.sddl(), arena), section, arena);
            Step.REGION_RESERVED.reached();
            return keeper.kept(region, name, object);
        } catch (Kernel32.Failed e) {
            throw translated(e, name, byteSize);
        } finally {
            if (region == null) {
                arena.close();
                registry.remove(name);
            }
        }
    }

    private Region map(MemorySegment section, String name, Arena arena) throws Kernel32.Failed {
        return new MappedRegion(arena, kernel.mapViewOfFile(section, arena), new Events(kernel, arena, name, owner));
    }

    @Override
    public @Nullable Region open(String name, long byteSize) throws IpcException {
        String object = registry.find(name);
        if (object == null) {
            return null;
        }
        Arena arena = Arena.ofShared();
        Region region = null;
        try {
            MemorySegment section = kernel.openFileMapping(SECTION + object, arena);
            checkOwner(section, name);
            Region mapped = map(section, SECTION + object, arena);
            checkSize(mapped.memory().byteSize(), name, byteSize);
            region = mapped;
            return region;
        } catch (Kernel32.Failed e) {
            if (e.error() == Kernel32.ERROR_FILE_NOT_FOUND) {
                return null; // the process that made it is gone, and nobody had it open
            }
            throw translated(e, name, byteSize);
        } finally {
            if (region == null) {
                arena.close();
            }
        }
    }

    /// Whoever reads the name here or lists the system's names may make a section of it, once the last user of ours is gone.
    private void checkOwner(MemorySegment section, String name) throws Kernel32.Failed, NotPermittedException {
        String found = kernel.owner(section);
        if (!found.equals(owner.sid())) {
            throw new NotPermittedException("region is not this user's: name=" + name + ", owner=" + found + ", this user="
                    + owner.sid() + "; start the server again, which takes another section");
        }
    }

    private static void checkSize(long found, String name, long byteSize) throws IncompatibleLayoutException {
        if (found < byteSize) {
            throw new IncompatibleLayoutException("region is too small: name=" + name + ", size=" + found + ", expected=" + byteSize
                    + "; use the same release of lapce-ipc on both ends");
        }
    }

    @Override
    public void unlink(String name) throws IpcException {
        registry.remove(name);
        keeper.letGo();
    }

    @Override
    public List<String> list(String prefix) throws IpcException {
        return registry.list(prefix);
    }

    @Override
    public LockDirectory lockDirectory(String name) {
        return new FileLockDirectory(registry.lockDirectory(name), owner.sid(), new LockFileLocks(kernel));
    }

    private IpcException translated(Kernel32.Failed e, String name, long byteSize) {
        return switch (e.error()) {
            case Kernel32.ERROR_COMMITMENT_LIMIT, Kernel32.ERROR_NOT_ENOUGH_MEMORY, Kernel32.ERROR_DISK_FULL ->
                new OutOfSharedMemoryException("out of shared memory: name=" + name + ", needed=" + byteSize + " bytes: " + e.getMessage()
                        + "; enlarge the page file, close streams, or use smaller rings");
            case Kernel32.ERROR_ACCESS_DENIED ->
                new NotPermittedException("region may not be used: name=" + name + ", this user=" + owner.sid() + ": " + e.getMessage()
                        + "; run both ends as one user, and both elevated or neither");
            default -> new IpcException("region cannot be had: name=" + name + ", registered in " + directory + ": " + e.getMessage(), e);
        };
    }
}
