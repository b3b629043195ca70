package lapce.ipc.shm.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import lapce.ipc.api.IpcException;
import lapce.ipc.api.NotPermittedException;

/// Who may use the objects of an endpoint: this user alone, or the members of a group. It is set on the descriptor, so that no
/// umask(2) has a say, and looked at before anything is used.
///
/// @param user this process's user
/// @param group the group, or [#NOBODY]
record Access(int user, int group) {
    /// No group has it (chown(2)).
    static final int NOBODY = -1;

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,10}");

    /// What belongs to a group of the user, by its name or, as chown(1) takes it, by its number.
    static Access ofGroup(int user, String name) throws IpcException {
        try {
            int group = Libc.group(name).orElseGet(() -> number(name));
            if (group != NOBODY && name.indexOf(0) < 0) { // which ends a name for libc
                return new Access(user, group);
            }
            throw new IpcException("no such group: group=" + name + "; have it added, or use another");
        } catch (Libc.Failed e) {
            throw new IpcException(e.getMessage(), e);
        }
    }

    private static int number(String name) {
        long number = NUMBER.matcher(name).matches() ? Long.parseLong(name) : NOBODY;
        return number == (number & 0xffff_ffffL) ? (int) number : NOBODY;
    }

    /// As it appears in names.
    String id() {
        return group == NOBODY ? Integer.toUnsignedString(user) : "g" + Integer.toUnsignedString(group);
    }

    boolean isOfGroup() {
        return group != NOBODY;
    }

    private int fileMode() {
        return isOfGroup() ? 0660 : 0600;
    }

    private int directoryMode() {
        return isOfGroup() ? 0770 : 0700;
    }

    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> GROUP_ONLY = PosixFilePermissions.fromString("rwxrwx---");

    void setOnFile(int fd) throws Libc.Failed {
        setGroup(fd);
        Libc.fchmod(fd, fileMode()); // behind fchown(2), which may take mode bits away
    }

    /// @param fd opened to be looked at, which fchmod(2) does not take
    void setOnDirectory(int fd) throws IpcException, Libc.Failed {
        setGroup(fd);
        try {
            Files.setPosixFilePermissions(Path.of("/proc/self/fd/" + fd), isOfGroup() ? GROUP_ONLY : OWNER_ONLY);
        } catch (IOException e) {
            throw Refusal.of(e);
        }
    }

    private void setGroup(int fd) throws Libc.Failed {
        if (isOfGroup()) {
            Libc.fchgrp(fd, group);
        }
    }

    boolean holdsForFile(Libc.Stat stat) {
        return stat.isRegular() && isOwners(stat.owner(), stat.group()) && stat.permissions() == fileMode();
    }

    boolean holdsForDirectory(Libc.Stat stat) {
        return isOwners(stat.owner(), stat.group()) && stat.permissions() == directoryMode();
    }

    /// Whether somebody who may use these objects has made one.
    boolean isOwners(int owner, int ownersGroup) {
        return isOfGroup() ? ownersGroup == group : owner == user;
    }

    /// That something is not as [#setOnFile] or [#setOnDirectory] makes it, or cannot be made, and whose it is.
    NotPermittedException refused(String what, Path path) {
        Path directory = OwnedDirectory.around(path);
        Path seen = isOfGroup() && !isEnterable(directory) ? directory : path;
        if (!isOfGroup() && isOwn(seen)) {
            return new NotPermittedException(what + " has another mode or kind: path=" + seen + ", " + ownerOf(seen)
                    + "; remove it, or use another session");
        }
        boolean there = !Files.notExists(seen, LinkOption.NOFOLLOW_LINKS);
        String self = (isOfGroup() ? "this group=" + Integer.toUnsignedString(group) + ", " : "") + "this user="
                + Integer.toUnsignedString(user);
        return new NotPermittedException(what + (there ? isOfGroup() ? " is not this group's alone" : " is not this user's alone" : " cannot be made")
                + ": path=" + seen + ", " + (there ? ownerOf(seen) : "its directory: " + ownerOf(OwnedDirectory.around(seen))) + ", " + self
                + "; " + remedy(there));
    }

    private boolean isOwn(Path path) {
        try {
            return (int) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS) == user;
        } catch (IOException e) {
            return false; // for a message, which will say that it is not there
        }
    }

    private static boolean isEnterable(Path directory) {
        return Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS) && Files.isExecutable(directory);
    }

    private String remedy(boolean there) {
        if (isOfGroup()) {
            return there ? "act as a member of the group, or have the owner remove it" : "act as a member of the group";
        }
        return there ? "have its owner remove it, or use another session" : "let this user write there";
    }

    /// For people.
    static String ownerOf(Path path) {
        try {
            Map<String, Object> found =
                    Files.readAttributes(path, "unix:owner,uid,group,gid,mode,isRegularFile,isDirectory", LinkOption.NOFOLLOW_LINKS);
            String kind = (boolean) attribute(found, "isRegularFile") ? "file" : (boolean) attribute(found, "isDirectory") ? "directory" : "other";
            return "owner=" + named(attribute(found, "owner"), attribute(found, "uid"))
                    + ", group=" + named(attribute(found, "group"), attribute(found, "gid"))
                    + ", mode=0" + Integer.toOctalString((int) attribute(found, "mode") & 07777) + ", kind=" + kind;
        } catch (IOException e) {
            return "owner unknown: " + e;
        }
    }

    @SuppressWarnings("NullAway") // what was asked for is there
    static Object attribute(Map<String, Object> found, String name) {
        return found.get(name);
    }

    /// @param name a principal, whose name is the number if the system knows no other
    private static String named(Object name, Object id) {
        String number = Integer.toUnsignedString((int) id);
        return name.toString().equals(number) ? number : name + " (" + number + ")";
    }
}
