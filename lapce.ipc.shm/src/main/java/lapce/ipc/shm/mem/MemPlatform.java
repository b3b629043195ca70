package lapce.ipc.shm.mem;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import lapce.ipc.api.IncompatibleLayoutException;
import lapce.ipc.api.IpcException;
import lapce.ipc.shm.LockDirectory;
import lapce.ipc.shm.Platform;
import lapce.ipc.shm.Region;
import org.jspecify.annotations.Nullable;

/// A platform whose objects are this process's own.
public final class MemPlatform implements Platform {
    private final ConcurrentMap<String, MemRegion> regions = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, MemLockDirectory> directories = new ConcurrentHashMap<>();

    /// Starts with no objects.
    public MemPlatform() {}

    @Override
    public String ownerId() {
        return "0";
    }

    /// There is nobody else in this process.
    @Override
    public Platform ofGroup(String group) {
        return this;
    }

    @Override
    public List<Platform> groups() {
        return List.of();
    }

    @Override
    public String othersWith(String nameBehindOwner) {
        return "";
    }

    @Override
    public String bootId() {
        return "00000000";
    }

    @Override
    public Region create(String name, long byteSize) throws IpcException {
        MemRegion region = new MemRegion(byteSize);
        if (regions.putIfAbsent(name, region) != null) {
            throw new IpcException("region exists already: name=" + name);
        }
        return region;
    }

    @Override
    public @Nullable Region open(String name, long byteSize) throws IpcException {
        MemRegion region = regions.get(name);
        if (region != null && region.memory().byteSize() < byteSize) {
            throw new IncompatibleLayoutException("region is too small: name=" + name + ", size="
                    + region.memory().byteSize() + ", expected=" + byteSize);
        }
        return region;
    }

    @Override
    public void unlink(String name) {
        regions.remove(name);
    }

    @Override
    public List<String> list(String prefix) {
        return regions.keySet().stream().filter(name -> name.startsWith(prefix)).toList();
    }

    @Override
    public LockDirectory lockDirectory(String name) {
        return directories.computeIfAbsent(name, created -> new MemLockDirectory());
    }
}
