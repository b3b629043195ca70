package lapce.ipc.shm.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import lapce.ipc.api.IncompatibleLayoutException;
import lapce.ipc.api.IpcException;
import lapce.ipc.api.OutOfSharedMemoryException;
import lapce.ipc.shm.Barrier;
import lapce.ipc.shm.LockDirectory;
import lapce.ipc.shm.Platform;
import lapce.ipc.shm.Region;
import lapce.ipc.shm.Step;
import org.jspecify.annotations.Nullable;

/// Linux. Regions and lock directories lie side by side in `/dev/shm`, so that a container that mounts it shares both.
final class LinuxPlatform implements Platform {
    /// Where shm_open(3) keeps its objects.
    static final Path DIRECTORY = Path.of("/dev/shm");

    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    private static final String REGION = "region";
    private static final String PREFIX = "lapce_ipc_";
    private static final Pattern OF_GROUP = Pattern.compile("lapce_ipc_g(\\d{1,10})");

    private static final Pattern OF_OWNER = Pattern.compile("lapce_ipc_g?\\d+_"); // and of no other session

    private final Path directory;
    private final Access access;
    private final String bootId;

    /// What belongs to this user alone.
    LinuxPlatform() throws IpcException {
        this(DIRECTORY, new Access(Libc.geteuid(), Access.NOBODY), readBootId());
    }

    private LinuxPlatform(Path directory, Access access, String bootId) {
        this.directory = directory;
        this.access = access;
        this.bootId = bootId;
    }

    /// What belongs to a group lies in a directory of its own: in `/dev/shm` itself no member could remove what another has left.
    @Override
    public Platform ofGroup(String group) throws IpcException {
        return of(Access.ofGroup(access.user(), group));
    }

    private LinuxPlatform of(Access ofGroup) {
        return new LinuxPlatform(DIRECTORY.resolve(PREFIX + ofGroup.id()), ofGroup, bootId);
    }

    @Override
    public List<LinuxPlatform> groups() throws IpcException {
        List<LinuxPlatform> groups = new ArrayList<>();
        for (String name : names(DIRECTORY, PREFIX + "g")) {
            Matcher matcher = OF_GROUP.matcher(name);
            if (matcher.matches()) {
                Access ofGroup = new Access(access.user(), (int) Long.parseLong(matcher.group(1)));
                if (name.equals(PREFIX + ofGroup.id()) && isUsable(DIRECTORY.resolve(name), ofGroup)) {
                    groups.add(of(ofGroup));
                }
            }
        }
        return groups;
    }

    /// Anybody may put something of that name there.
    private static boolean isUsable(Path directory, Access ofGroup) throws IpcException {
        int fd;
        try {
            fd = Libc.openDirectory(directory.toString());
        } catch (Libc.Failed e) {
            return false; // another's, or none
        }
        try {
            return ofGroup.isOfGroup() && ofGroup.holdsForDirectory(Libc.fstat(fd));
        } catch (Libc.Failed e) {
            throw Refusal.of(e);
        } finally {
            Libc.close(fd);
        }
    }

    @Override
    public String ownerId() {
        return access.id();
    }

    @Override
    public @Nullable Barrier barrier() {
        return Membarrier.ofProcess();
    }

    @Override
    public String bootId() {
        return bootId;
    }

    /// It gets its name once it has its mode and its memory.
    @Override
    public Region create(String name, long byteSize) throws IpcException {
        int fd = -1;
        Region region = null;
        boolean named = false;
        try {
            fd = Libc.openUnnamed(directory.toString());
            access.setOnFile(fd);
            Libc.posixFallocate(fd, byteSize);
            region = Mappings.map(fd, byteSize);
            Step.REGION_RESERVED.reached();
            Libc.name(fd, path(name));
            Step.REGION_NAMED.reached();
            named = true;
            return region;
        } catch (Libc.Failed e) {
            throw translated(e, name, byteSize);
        } finally {
            if (region != null && !named) {
                region.close();
            }
            closeIfOpen(fd);
        }
    }

    private String path(String name) {
        return directory.resolve(name).toString();
    }

    @Override
    public @Nullable Region open(String name, long byteSize) throws IpcException {
        int fd = -1;
        try {
            if (access.isOfGroup() && !new OwnedDirectory(directory, access).isThere() && Files.isDirectory(DIRECTORY)) {
                return null;
            }
            fd = Libc.open(path(name), Libc.O_RDWR);
            Libc.Stat stat = Libc.fstat(fd);
            if (!access.holdsForFile(stat)) {
                throw access.refused(REGION, directory.resolve(name));
            }
            if (stat.size() < byteSize) {
                throw new IncompatibleLayoutException("region is too small: name=" + name + ", size=" + stat.size()
                        + ", expected=" + byteSize + "; use the same release of lapce-ipc on both ends");
            }
            if (stat.allocated() < stat.size()) { // the call takes 28 µs even if there is nothing to do
                Libc.posixFallocate(fd, stat.size());
            }
            return Mappings.map(fd, stat.size());
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
            Libc.unlink(path(name));
        } catch (Libc.Failed e) {
            if (e.errno() != Libc.ENOENT) {
                throw translated(e, name, 0);
            }
        }
    }

    @Override
    public List<String> list(String prefix) throws IpcException {
        List<String> names = new ArrayList<>();
        for (String name : names(directory, prefix)) {
            if (isOwn(directory.resolve(name))) {
                names.add(name);
            }
        }
        return names;
    }

    /// Others may put files with such names there, which this user could not remove.
    private boolean isOwn(Path entry) throws IpcException {
        try {
            Map<String, Object> found = Files.readAttributes(entry, "unix:uid,gid", LinkOption.NOFOLLOW_LINKS);
            return access.isOwners((int) Access.attribute(found, "uid"), (int) Access.attribute(found, "gid"));
        } catch (NoSuchFileException e) {
            return false; // removed meanwhile
        } catch (IOException e) {
            throw Refusal.of(e);
        }
    }

    @Override
    public String othersWith(String nameBehindOwner) {
        List<String> others = new ArrayList<>();
        try {
            List<LinuxPlatform> places = new ArrayList<>(groups());
            places.add(this);
            for (LinuxPlatform place : places) {
                place.addOthers(nameBehindOwner, PREFIX + access.id() + "_" + nameBehindOwner, others);
            }
        } catch (IpcException e) {
            others.add(e.getMessage());
        }
        return String.join(", ", others);
    }

    private void addOthers(String nameBehindOwner, String own, List<String> others) throws IpcException {
        for (String name : names(directory, PREFIX)) {
            if (name.endsWith(nameBehindOwner)
                    && !name.equals(own)
                    && OF_OWNER.matcher(name.substring(0, name.length() - nameBehindOwner.length())).matches()) {
                others.add(Access.ownerOf(directory.resolve(name)));
            }
        }
    }

    /// A group's directory comes with the first lock.
    private List<String> names(Path of, String start) throws IpcException {
        try {
            return OwnedDirectory.names(of, start);
        } catch (Libc.Failed e) {
            if (e.errno() == Libc.ENOENT && !of.equals(DIRECTORY)) {
                return List.of();
            }
            throw Refusal.of(e);
        }
    }

    @Override
    public LockDirectory lockDirectory(String name) {
        return new OfdLockDirectory(directory.resolve(name), access);
    }

    private IpcException translated(Libc.Failed e, String name, long byteSize) throws IpcException {
        return switch (e.errno()) {
            case Libc.ENOSPC -> new OutOfSharedMemoryException("out of shared memory: name=" + name
                    + ", needed=" + byteSize + " bytes, free=" + freeBytes() + " bytes under " + DIRECTORY
                    + "; make it larger (size, nr_inodes), or use smaller rings");
            case Libc.EEXIST -> isOwn(directory.resolve(name))
                    ? new IpcException("region is there already: " + e.getMessage()
                            + "; its endpoint's control region or lock directory was damaged: start the server again", e)
                    : access.refused(REGION, directory.resolve(name));
            case Libc.EPERM, Libc.EACCES, Libc.ELOOP, Libc.ENOTDIR, Libc.EISDIR ->
                Refusal.isDirectoryUsable() ? access.refused(REGION, directory.resolve(name)) : Refusal.of(e);
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

    private static String readBootId() throws IpcException {
        try {
            return Files.readString(BOOT_ID).substring(0, 8);
        } catch (IOException e) {
            throw Files.exists(BOOT_ID) ? Refusal.of(e) : new IpcException("no boot id: " + e + "; mount /proc", e);
        }
    }
}
