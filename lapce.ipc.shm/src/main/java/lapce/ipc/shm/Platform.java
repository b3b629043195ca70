package lapce.ipc.shm;

import java.util.List;
import lapce.ipc.api.IpcException;

/// What one operating system supplies. Everything else is written once, above this line. Objects have names of letters,
/// digits, `.`, `_`, `-` and `~`; they belong to the user alone. All methods may be called from any thread.
public interface Platform {
    /// The user this process acts as, as it shall appear in names.
    ///
    /// @return letters and digits
    String userId();

    /// Which start of the machine this is.
    ///
    /// @return 8 hexadecimal digits
    String bootId();

    /// Creates a region, zeroed, with all its memory reserved.
    ///
    /// @param name a name that nothing has
    /// @param byteSize its size
    /// @return the region
    /// @throws lapce.ipc.api.OutOfSharedMemoryException if the memory, or what it takes to map it, is not there; nothing is left behind
    /// @throws IpcException if the name is taken, or the system refuses
    Region create(String name, long byteSize) throws IpcException;

    /// Opens a region that this user owns alone, whole, and reserves what of its memory is not, so that touching it cannot fail.
    ///
    /// @param name its name
    /// @param byteSize the least size to accept
    /// @return the region, or null if there is none
    /// @throws lapce.ipc.api.NotPermittedException if it belongs to another user or others may access it
    /// @throws lapce.ipc.api.IncompatibleLayoutException if it is smaller
    /// @throws lapce.ipc.api.OutOfSharedMemoryException if this process lacks what it takes to map it; another attempt may succeed
    /// @throws IpcException if the system refuses
    Region open(String name, long byteSize) throws IpcException;

    /// Takes a region's name away; who has it open keeps it. Does nothing if there is none.
    ///
    /// @param name its name
    /// @throws IpcException if the system refuses
    void unlink(String name) throws IpcException;

    /// The names of this user's regions, and of lock directories where they are objects of the same kind.
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
