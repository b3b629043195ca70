package lapce.ipc.shm;

import java.util.List;
import lapce.ipc.api.IpcException;
import org.jspecify.annotations.Nullable;

/// What one operating system supplies. Everything else is written once, above this line. Objects have names of letters,
/// digits, `.`, `_`, `-` and `~`; they belong to the user alone, or to a group. All methods may be called from any thread.
public interface Platform {
    /// The user, or the group, whose objects these are, as it shall appear in names.
    ///
    /// @return letters and digits
    String ownerId();

    /// The objects that a group of users shares.
    ///
    /// @param group the group's name or number
    /// @return a platform whose objects every member may use, and nobody else
    /// @throws IpcException if there is no such group, or this system cannot do it
    Platform ofGroup(String group) throws IpcException;

    /// The groups that have objects now and let this user see them.
    ///
    /// @return as [#ofGroup], one for each
    /// @throws IpcException if the system refuses
    List<? extends Platform> groups() throws IpcException;

    /// For a message: which others have a region of a name. What cannot be found out is said in its place.
    ///
    /// @param nameBehindOwner the end of the name, behind [#ownerId()] and `_`
    /// @return owners and modes, empty if there is none
    String othersWith(String nameBehindOwner);

    /// Which start of the machine this is.
    ///
    /// @return 8 hexadecimal digits
    String bootId();

    /// The barriers in which this process takes part.
    ///
    /// @return always the same, or null if the system has none
    default @Nullable Barrier barrier() {
        return null;
    }

    /// Creates a region, zeroed, with all its memory reserved.
    ///
    /// @param name a name that nothing has
    /// @param byteSize its size
    /// @return the region
    /// @throws lapce.ipc.api.OutOfSharedMemoryException if the memory, or what it takes to map it, is not there; nothing is left behind
    /// @throws IpcException if the name is taken, or the system refuses
    Region create(String name, long byteSize) throws IpcException;

    /// Opens a region that nobody but its owner or its group may use, whole, and reserves what of its memory is not, so that touching it cannot fail.
    ///
    /// @param name its name
    /// @param byteSize the least size to accept
    /// @return the region, or null if there is none
    /// @throws lapce.ipc.api.NotPermittedException if it belongs to others, or others may access it
    /// @throws lapce.ipc.api.IncompatibleLayoutException if it is smaller
    /// @throws lapce.ipc.api.OutOfSharedMemoryException if this process lacks what it takes to map it; another attempt may succeed
    /// @throws IpcException if the system refuses
    @Nullable Region open(String name, long byteSize) throws IpcException;

    /// Takes a region's name away; who has it open keeps it. Does nothing if there is none.
    ///
    /// @param name its name
    /// @throws IpcException if the system refuses
    void unlink(String name) throws IpcException;

    /// The names of the owner's regions, and of lock directories where they are objects of the same kind.
    ///
    /// @param prefix what they start with
    /// @return the names
    /// @throws IpcException if the system refuses
    List<String> list(String prefix) throws IpcException;

    /// Opens a directory of lock files; it is created with the first lock.
    ///
    /// @param name its name
    /// @return the directory
    LockDirectory lockDirectory(String name);
}
