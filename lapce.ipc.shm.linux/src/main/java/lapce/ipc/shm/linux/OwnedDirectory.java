package lapce.ipc.shm.linux;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import lapce.ipc.api.IpcException;
import lapce.ipc.shm.Step;

/// A directory that is there while somebody has something in it. It gets its name last, so that nobody sees it with another mode
/// or group; before that it is called by its name with `~` and its maker's user id behind it. In a sticky parent, as `/dev/shm` is, nobody
/// but its owner can then move or replace it.
///
/// @param path its name
/// @param access whose it is
record OwnedDirectory(Path path, Access access) {
    /// Others have something there, and the last of them removes it; or it lies where only its owner may; or it is another's file.
    private static final Set<Integer> STAYS = Set.of(Libc.ENOENT, Libc.ENOTEMPTY, Libc.EPERM, Libc.EACCES, Libc.ENOTDIR);

    /// Makes it if it is not there.
    ///
    /// @return true if it was not there
    boolean ensure() throws IpcException, Libc.Failed {
        boolean missing = !isThere();
        if (missing) {
            make();
        }
        return missing;
    }

    /// Whether it is there, as this makes it.
    boolean isThere() throws IpcException, Libc.Failed {
        int fd;
        try {
            fd = Libc.openDirectory(path.toString());
        } catch (Libc.Failed e) {
            if (e.errno() == Libc.ENOENT) {
                return false;
            }
            throw e;
        }
        try {
            if (!access.holdsForDirectory(Libc.fstat(fd))) {
                throw access.refused("directory", path);
            }
            return true;
        } finally {
            Libc.close(fd);
        }
    }

    /// What a killed process has left under the other name is used.
    private void make() throws IpcException, Libc.Failed {
        Path made = path.resolveSibling(unfinished() + Integer.toUnsignedString(access.user()));
        Libc.mkdir(made.toString());
        boolean named = false;
        try {
            setAccess(made);
            Step.LOCK_DIRECTORY_MADE.reached();
            Libc.renameNoReplace(made.toString(), path.toString());
            named = true;
        } finally {
            if (!named) {
                remove(made);
            }
        }
    }

    /// The umask may forbid even its owner to open it. Another process of his may have given it its name by now: both set the same.
    private void setAccess(Path made) throws IpcException, Libc.Failed {
        int fd;
        try {
            fd = Libc.openToLookAt(made.toString());
        } catch (Libc.Failed e) {
            if (e.errno() == Libc.ENOTDIR || e.errno() == Libc.ELOOP) { // something else has the name
                throw access.refused("directory", made);
            }
            throw e;
        }
        try {
            if (Libc.fstat(fd).owner() != access.user()) {
                throw access.refused("directory", made);
            }
            access.setOnDirectory(fd);
        } finally {
            Libc.close(fd);
        }
    }

    private String unfinished() {
        return path.getFileName() + "~";
    }

    /// Removes it if it is empty and this user may, finished or not.
    void removeIfEmpty() throws IpcException {
        remove(path);
        remove(path.resolveSibling(unfinished() + Integer.toUnsignedString(access.user())));
    }

    /// Removes what killed processes of any user have left unfinished.
    void removeUnfinished() throws IpcException {
        try {
            for (String name : names(around(path), unfinished())) {
                remove(path.resolveSibling(name));
            }
        } catch (Libc.Failed e) {
            if (e.errno() != Libc.ENOENT) { // else it has gone, and so has what was in it
                throw Refusal.of(e);
            }
        }
    }

    /// The directory that something lies in. Unlike `getParent`, never null.
    static Path around(Path path) {
        return path.resolveSibling("");
    }

    /// What is in a directory. Not by Java, which opens it like a file: were it a pipe by now, that would wait for its other end.
    static List<String> names(Path directory, String start) throws Libc.Failed {
        int fd = Libc.openDirectory(directory.toString());
        try {
            List<String> names = Libc.names(fd);
            names.removeIf(name -> !name.startsWith(start));
            return names;
        } finally {
            Libc.close(fd);
        }
    }

    private static void remove(Path path) throws IpcException {
        try {
            Libc.rmdir(path.toString());
        } catch (Libc.Failed e) {
            if (!STAYS.contains(e.errno())) {
                throw Refusal.of(e);
            }
        }
    }
}
