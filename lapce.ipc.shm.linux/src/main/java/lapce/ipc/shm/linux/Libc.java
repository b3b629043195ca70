package lapce.ipc.shm.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/// The libc calls this module makes, each under its C prototype; constants are from the Linux and glibc headers and are
/// the same on x86-64 and AArch64 unless said. No other class here sees a `Linker`.
///
/// A method that can fail throws [Failed], with the error number for the caller to translate. The error number is
/// captured per call.
@SuppressWarnings("restricted") // the module's whole native surface is this file
final class Libc {
    /// A call that failed. Checked, so that every caller says what it means.
    static final class Failed extends Exception {
        private static final long serialVersionUID = 1;
        private final int errno;

        Failed(String call, int errno) {
            super(call + " failed: " + text(errno) + " (" + errno + ")", null, false, false);
            this.errno = errno;
        }

        int errno() {
            return errno;
        }
    }

    // errno.h
    static final int EPERM = 1;
    static final int ENOENT = 2;
    private static final int ESRCH = 3;
    static final int EINTR = 4;
    private static final int EBADF = 9;
    static final int EAGAIN = 11;
    static final int ENOMEM = 12;
    static final int EACCES = 13;
    static final int EEXIST = 17;
    static final int ENOTDIR = 20;
    static final int EISDIR = 21;
    static final int ENFILE = 23;
    static final int EMFILE = 24;
    static final int ENOSPC = 28;
    private static final int ERANGE = 34;
    static final int ENOTEMPTY = 39;
    static final int ELOOP = 40;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
    private static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();
    private static final long ERRNO_OFFSET = offset(CALL_STATE, "errno");
    private static final boolean AARCH64 = System.getProperty("os.arch").equals("aarch64");

    private Libc() {}

    /// One call that says -1 and sets errno when it fails.
    private interface Call {
        int invoke(MemorySegment state, Arena arena) throws Throwable;
    }

    private static int checked(String what, Call call) throws Failed {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            int result = call.invoke(state, arena);
            if (result == -1) {
                throw new Failed(what, state.get(JAVA_INT, ERRNO_OFFSET));
            }
            return result;
        } catch (Failed e) {
            throw e;
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    /// `invokeExact` declares Throwable. A native call has none of its own to throw: memory it was given may have been
    /// closed, and the JVM may tell late of a fault in memory that was truncated.
    private static RuntimeException impossible(Throwable t) {
        return switch (t) {
            case IllegalStateException closed -> closed;
            case InternalError fault -> throw fault;
            default -> throw new AssertionError(t);
        };
    }

    // uid_t geteuid(void);
    private static final MethodHandle GETEUID = link("geteuid", FunctionDescriptor.of(JAVA_INT));

    static int geteuid() {
        try {
            return (int) GETEUID.invokeExact();
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    // int mkdir(const char *pathname, mode_t mode);
    private static final MethodHandle MKDIR =
            link("mkdir", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT), ERRNO);

    /// Makes a directory for the user alone, unless there is something of that name.
    static void mkdir(String path) throws Failed {
        try {
            checked("mkdir(" + path + ")", (state, arena) -> (int) MKDIR.invokeExact(state, arena.allocateFrom(path), 0700));
        } catch (Failed e) {
            if (e.errno != EEXIST) {
                throw e;
            }
        }
    }

    // int open(const char *pathname, int flags, ... /* mode_t mode */);
    private static final MethodHandle OPEN = link(
            "open",
            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT),
            ERRNO,
            Linker.Option.firstVariadicArg(2));
    private static final int O_CLOEXEC = 0x80000;
    private static final int O_DIRECTORY = AARCH64 ? 0x4000 : 0x10000;
    private static final int O_NOFOLLOW = AARCH64 ? 0x8000 : 0x20000;
    static final int O_RDONLY = 0;
    static final int O_RDWR = 2;
    private static final int O_NONBLOCK = 0x800;
    private static final int O_PATH = 0x200000;
    private static final int O_TMPFILE = 0x400000 | O_DIRECTORY;

    /// Opens what is there, unless it is a link, and never waits, as the open of a pipe would.
    static int open(String path, int flags) throws Failed {
        return open("open(" + path + ")", path, flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0);
    }

    /// Opens a directory to look at it, unless it is a link.
    static int openDirectory(String path) throws Failed {
        return open(path, O_RDONLY | O_DIRECTORY);
    }

    /// Opens a directory, unless it is a link, for calls that need no access to it.
    static int openToLookAt(String path) throws Failed {
        return open(path, O_PATH | O_DIRECTORY);
    }

    /// Makes a file for reading and writing that has no name, and goes with its last descriptor if it gets none.
    static int openUnnamed(String directory) throws Failed {
        return open("open(" + directory + ", O_TMPFILE)", directory, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    }

    private static int open(String what, String path, int flags, int mode) throws Failed {
        return checked(what, (state, arena) -> (int) OPEN.invokeExact(state, arena.allocateFrom(path), flags, mode));
    }

    // int linkat(int olddirfd, const char *oldpath, int newdirfd, const char *newpath, int flags);
    private static final MethodHandle LINKAT = link(
            "linkat", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT), ERRNO);
    private static final int AT_FDCWD = -100;
    private static final int AT_SYMLINK_FOLLOW = 0x400;

    /// Gives a file that [#openUnnamed] made a name that nothing has, the way open(2) shows for those without privileges.
    static void name(int fd, String path) throws Failed {
        checked("linkat(" + path + ")", (state, arena) -> (int) LINKAT.invokeExact(
                state,
                AT_FDCWD,
                arena.allocateFrom("/proc/self/fd/" + fd),
                AT_FDCWD,
                arena.allocateFrom(path),
                AT_SYMLINK_FOLLOW));
    }

    // int unlink(const char *pathname);
    private static final MethodHandle UNLINK = link("unlink", FunctionDescriptor.of(JAVA_INT, ADDRESS), ERRNO);

    static void unlink(String path) throws Failed {
        checked("unlink(" + path + ")", (state, arena) -> (int) UNLINK.invokeExact(state, arena.allocateFrom(path)));
    }

    // int rmdir(const char *pathname);
    private static final MethodHandle RMDIR = link("rmdir", FunctionDescriptor.of(JAVA_INT, ADDRESS), ERRNO);

    static void rmdir(String path) throws Failed {
        checked("rmdir(" + path + ")", (state, arena) -> (int) RMDIR.invokeExact(state, arena.allocateFrom(path)));
    }

    // int renameat2(int olddirfd, const char *oldpath, int newdirfd, const char *newpath, unsigned int flags);
    private static final MethodHandle RENAMEAT2 = link(
            "renameat2", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT), ERRNO);
    private static final int RENAME_NOREPLACE = 1;

    static void renameNoReplace(String path, String to) throws Failed {
        checked("renameat2(" + path + ", " + to + ")", (state, arena) -> (int) RENAMEAT2.invokeExact(
                state, AT_FDCWD, arena.allocateFrom(path), AT_FDCWD, arena.allocateFrom(to), RENAME_NOREPLACE));
    }

    // int close(int fd);
    private static final MethodHandle CLOSE = link("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    /// Never fails for a descriptor of ours, and must not be repeated after EINTR (close(2)).
    static void close(int fd) {
        try {
            int ignored = (int) CLOSE.invokeExact(fd);
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    // ssize_t pwrite(int fd, const void *buf, size_t count, off_t offset);
    private static final MethodHandle PWRITE =
            link("pwrite", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG), ERRNO);

    /// Writes a short text to the start of a file in memory, which takes it whole or not at all.
    static void write(int fd, String text) throws Failed {
        checked("pwrite(fd=" + fd + ")", (state, arena) -> {
            MemorySegment bytes = arena.allocateFrom(text);
            return (int) (long) PWRITE.invokeExact(state, fd, bytes, bytes.byteSize() - 1, 0L); // without the final 0
        });
    }

    // int fchmod(int fd, mode_t mode);
    private static final MethodHandle FCHMOD = link("fchmod", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT), ERRNO);

    static void fchmod(int fd, int mode) throws Failed {
        checked("fchmod(fd=" + fd + ")", (state, _) -> (int) FCHMOD.invokeExact(state, fd, mode));
    }

    // int fchownat(int dirfd, const char *pathname, uid_t owner, gid_t group, int flags);
    private static final MethodHandle FCHOWNAT = link(
            "fchownat", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT), ERRNO);
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int UNCHANGED = -1;

    /// Gives a file of this user, opened in any way, to a group of this user.
    static void fchgrp(int fd, int group) throws Failed {
        checked("fchownat(fd=" + fd + ", group=" + Integer.toUnsignedString(group) + ")", (state, arena) -> (int)
                FCHOWNAT.invokeExact(state, fd, arena.allocateFrom(""), UNCHANGED, group, AT_EMPTY_PATH));
    }

    // int getgrnam_r(const char *name, struct group *grp, char *buf, size_t buflen, struct group **result);
    private static final MethodHandle GETGRNAM_R = link(
            "getgrnam_r", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS));
    private static final StructLayout GROUP = MemoryLayout.structLayout(
            ADDRESS.withName("gr_name"),
            ADDRESS.withName("gr_passwd"),
            JAVA_INT.withName("gr_gid"),
            MemoryLayout.paddingLayout(4),
            ADDRESS.withName("gr_mem"));
    private static final long GR_GID = offset(GROUP, "gr_gid");
    private static final long LARGEST_GROUP = 16 << 20; // bytes of the names of its members

    /// The number of a group, or empty if the system has none of that name.
    static OptionalInt group(String name) throws Failed {
        for (long length = 4 << 10; ; length *= 4) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment group = arena.allocate(GROUP);
                MemorySegment found = arena.allocate(ADDRESS);
                MemorySegment buffer = arena.allocate(length);
                int error = (int) GETGRNAM_R.invokeExact(arena.allocateFrom(name), group, buffer, length, found);
                if (found.get(ADDRESS, 0).address() != 0) {
                    return OptionalInt.of(group.get(JAVA_INT, GR_GID));
                }
                switch (error) {
                    case 0, ENOENT, ESRCH, EBADF, EPERM -> { // all of them, says getgrnam(3)
                        return OptionalInt.empty();
                    }
                    case ERANGE, EINTR -> {} // with more room
                    default -> throw new Failed("getgrnam_r(" + name + ")", error);
                }
                if (length > LARGEST_GROUP) {
                    throw new Failed("getgrnam_r(" + name + ")", error);
                }
            } catch (Failed e) {
                throw e;
            } catch (Throwable t) {
                throw impossible(t);
            }
        }
    }

    // int posix_fallocate(int fd, off_t offset, off_t len); the result is the error number
    private static final MethodHandle POSIX_FALLOCATE =
            link("posix_fallocate", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG));

    static void posixFallocate(int fd, long length) throws Failed {
        int error;
        do {
            try {
                error = (int) POSIX_FALLOCATE.invokeExact(fd, 0L, length);
            } catch (Throwable t) {
                throw impossible(t);
            }
        } while (error == EINTR);
        if (error != 0) {
            throw new Failed("posix_fallocate(fd=" + fd + ", length=" + length + ")", error);
        }
    }

    // void *mmap(void *addr, size_t length, int prot, int flags, int fd, off_t offset);
    private static final MethodHandle MMAP = link(
            "mmap", FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG), ERRNO);
    private static final int PROT_READ_WRITE = 1 | 2;
    private static final int MAP_SHARED = 1;
    private static final long MAP_FAILED = -1;

    /// Unmapped when the arena closes.
    static MemorySegment mmap(int fd, long length, Arena owner) throws Failed {
        MemorySegment[] start = new MemorySegment[1];
        checked("mmap(length=" + length + ")", (state, _) -> {
            start[0] = (MemorySegment)
                    MMAP.invokeExact(state, MemorySegment.NULL, length, PROT_READ_WRITE, MAP_SHARED, fd, 0L);
            return start[0].address() == MAP_FAILED ? -1 : 0;
        });
        return start[0].reinterpret(length, owner, Libc::munmap);
    }

    // int munmap(void *addr, size_t length);
    private static final MethodHandle MUNMAP = link("munmap", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG));

    /// Never fails for a mapping of ours.
    private static void munmap(MemorySegment mapping) {
        try {
            int ignored = (int) MUNMAP.invokeExact(mapping, mapping.byteSize());
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    // int statx(int dirfd, const char *pathname, int flags, unsigned mask, struct statx *buf);
    private static final MethodHandle STATX = link(
            "statx", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS), ERRNO);
    private static final int STATX_BASIC_STATS = 0x7ff;
    private static final StructLayout STATX_BUFFER = MemoryLayout.structLayout( // as far as it is read
            MemoryLayout.paddingLayout(16),
            JAVA_INT.withName("stx_nlink"),
            JAVA_INT.withName("stx_uid"),
            JAVA_INT.withName("stx_gid"),
            JAVA_SHORT.withName("stx_mode"),
            MemoryLayout.paddingLayout(10),
            JAVA_LONG.withName("stx_size"),
            JAVA_LONG.withName("stx_blocks"),
            MemoryLayout.paddingLayout(200));
    private static final long STX_NLINK = offset(STATX_BUFFER, "stx_nlink");
    private static final long STX_UID = offset(STATX_BUFFER, "stx_uid");
    private static final long STX_GID = offset(STATX_BUFFER, "stx_gid");
    private static final long STX_MODE = offset(STATX_BUFFER, "stx_mode");
    private static final long STX_SIZE = offset(STATX_BUFFER, "stx_size");
    private static final long STX_BLOCKS = offset(STATX_BUFFER, "stx_blocks");
    private static final int BLOCK_BYTES = 512; // whatever the file system's are (stat(2))
    private static final int S_IFMT = 0xf000;
    private static final int S_IFREG = 0x8000;

    /// What is known of an open file: struct statx has one layout on all architectures (linux/stat.h).
    record Stat(int links, int owner, int group, int mode, long size, long allocated) {
        boolean isRegular() {
            return (mode & S_IFMT) == S_IFREG;
        }

        int permissions() {
            return mode & 07777;
        }
    }

    static Stat fstat(int fd) throws Failed {
        try (Arena owner = Arena.ofConfined()) {
            MemorySegment stat = owner.allocate(STATX_BUFFER);
            checked("statx(fd=" + fd + ")", (state, arena) -> (int)
                    STATX.invokeExact(state, fd, arena.allocateFrom(""), AT_EMPTY_PATH, STATX_BASIC_STATS, stat));
            return new Stat(
                    stat.get(JAVA_INT, STX_NLINK),
                    stat.get(JAVA_INT, STX_UID),
                    stat.get(JAVA_INT, STX_GID),
                    Short.toUnsignedInt(stat.get(JAVA_SHORT, STX_MODE)),
                    stat.get(JAVA_LONG, STX_SIZE),
                    stat.get(JAVA_LONG, STX_BLOCKS) * BLOCK_BYTES);
        }
    }

    // ssize_t getdents64(int fd, void *dirp, size_t count);
    private static final MethodHandle GETDENTS64 =
            link("getdents64", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG), ERRNO);
    private static final long D_RECLEN = 16; // of a struct linux_dirent64, whose name is behind the last field
    private static final long D_NAME = 19;
    private static final long ENTRIES_BYTES = 32 << 10;

    /// The entries of an open directory but `.` and `..`. Java's own way takes a second descriptor, and there may be none.
    static List<String> names(int fd) throws Failed {
        List<String> names = new ArrayList<>();
        try (Arena owner = Arena.ofConfined()) {
            MemorySegment entries = owner.allocate(ENTRIES_BYTES, Long.BYTES);
            for (;;) {
                int length = checked("getdents64(fd=" + fd + ")", (state, _) -> (int) (long)
                        GETDENTS64.invokeExact(state, fd, entries, ENTRIES_BYTES));
                if (length == 0) {
                    return names;
                }
                for (long entry = 0; entry < length; entry += Short.toUnsignedInt(entries.get(JAVA_SHORT, entry + D_RECLEN))) {
                    String name = entries.getString(entry + D_NAME);
                    if (!name.equals(".") && !name.equals("..")) {
                        names.add(name);
                    }
                }
            }
        }
    }

    // int fcntl(int fd, int cmd, ... /* struct flock *lock */);
    private static final MethodHandle FCNTL = link(
            "fcntl",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS),
            ERRNO,
            Linker.Option.firstVariadicArg(2));
    private static final StructLayout FLOCK = MemoryLayout.structLayout(
            JAVA_SHORT.withName("l_type"),
            JAVA_SHORT.withName("l_whence"),
            MemoryLayout.paddingLayout(4),
            JAVA_LONG.withName("l_start"),
            JAVA_LONG.withName("l_len"), // 0 is the whole file
            JAVA_INT.withName("l_pid"), // must be 0 for open-file-description locks
            MemoryLayout.paddingLayout(4));
    private static final long L_TYPE = offset(FLOCK, "l_type");
    private static final int F_OFD_GETLK = 36;
    private static final int F_OFD_SETLK = 37;
    private static final int F_OFD_SETLKW = 38;
    private static final short F_RDLCK = 0;
    private static final short F_WRLCK = 1;
    private static final short F_UNLCK = 2;

    /// False if another open file description holds it.
    static boolean tryExclusiveLock(int fd) throws Failed {
        try {
            lock(fd, F_OFD_SETLK, F_WRLCK);
            return true;
        } catch (Failed e) {
            if (e.errno == EAGAIN || e.errno == EACCES) {
                return false;
            }
            throw e;
        }
    }

    /// Whether an exclusive lock is held through another open file description; takes nothing.
    static boolean isExclusivelyLocked(int fd) throws Failed {
        return lock(fd, F_OFD_GETLK, F_RDLCK) != F_UNLCK;
    }

    /// Blocks until no exclusive lock is held.
    static void awaitSharedLock(int fd) throws Failed {
        for (; ; ) {
            try {
                lock(fd, F_OFD_SETLKW, F_RDLCK);
                return;
            } catch (Failed e) {
                if (e.errno != EINTR) { // a signal to the JVM is not the lock's end
                    throw e;
                }
            }
        }
    }

    private static short lock(int fd, int command, short type) throws Failed {
        try (Arena owner = Arena.ofConfined()) {
            MemorySegment flock = owner.allocate(FLOCK);
            flock.set(JAVA_SHORT, L_TYPE, type);
            checked("fcntl(fd=" + fd + ", " + command + ")", (state, _) -> (int)
                    FCNTL.invokeExact(state, fd, command, flock));
            return flock.get(JAVA_SHORT, L_TYPE);
        }
    }

    // int getrlimit(int resource, struct rlimit *rlim);
    private static final MethodHandle GETRLIMIT =
            link("getrlimit", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS), ERRNO);
    private static final StructLayout RLIMIT =
            MemoryLayout.structLayout(JAVA_LONG.withName("rlim_cur"), JAVA_LONG.withName("rlim_max"));
    private static final long RLIM_CUR = offset(RLIMIT, "rlim_cur");
    private static final long RLIM_INFINITY = -1;
    static final int RLIMIT_NOFILE = 7;
    static final int RLIMIT_AS = 9;

    /// What the process may have of something, for people. Takes no descriptor, as reading it in `/proc` does.
    static String softLimit(int resource) {
        try (Arena owner = Arena.ofConfined()) {
            MemorySegment limit = owner.allocate(RLIMIT);
            checked("getrlimit(" + resource + ")", (state, _) -> (int) GETRLIMIT.invokeExact(state, resource, limit));
            long soft = limit.get(JAVA_LONG, RLIM_CUR);
            return soft == RLIM_INFINITY ? "unlimited" : Long.toUnsignedString(soft);
        } catch (Failed e) {
            throw new AssertionError(e); // it knows the resources named here
        }
    }

    // long syscall(SYS_futex, uint32_t *uaddr, int op, uint32_t val, const struct timespec *timeout, ...);
    private static final MethodHandle FUTEX = link(
            "syscall",
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_LONG),
            Linker.Option.firstVariadicArg(1));
    private static final long SYS_FUTEX = AARCH64 ? 98 : 202;
    private static final long FUTEX_WAIT = 0; // without FUTEX_PRIVATE_FLAG, which would hide it from other processes
    private static final long FUTEX_WAKE = 1;
    private static final long ALL = Integer.MAX_VALUE;
    private static final StructLayout TIMESPEC =
            MemoryLayout.structLayout(JAVA_LONG.withName("tv_sec"), JAVA_LONG.withName("tv_nsec"));
    private static final long TV_SEC = offset(TIMESPEC, "tv_sec");
    private static final long TV_NSEC = offset(TIMESPEC, "tv_nsec");

    /// Returns when woken, when the word differs, when the time is up, on a signal, or for no reason: the caller looks.
    ///
    /// @param timeout as [#timespec(Arena)] made it, and changed here
    static void futexWait(MemorySegment word, int expected, MemorySegment timeout, long nanos) {
        timeout.set(JAVA_LONG, TV_SEC, nanos / 1_000_000_000);
        timeout.set(JAVA_LONG, TV_NSEC, nanos % 1_000_000_000);
        try {
            long ignored =
                    (long) FUTEX.invokeExact(SYS_FUTEX, word, FUTEX_WAIT, (long) expected, timeout, 0L, 0L);
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    static MemorySegment timespec(Arena owner) {
        return owner.allocate(TIMESPEC);
    }

    /// Wakes all who wait.
    static void futexWake(MemorySegment word) {
        try {
            long ignored = (long) FUTEX.invokeExact(SYS_FUTEX, word, FUTEX_WAKE, ALL, MemorySegment.NULL, 0L, 0L);
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    // long syscall(SYS_membarrier, int cmd, unsigned int flags, int cpu_id);
    private static final MethodHandle MEMBARRIER = link(
            "syscall", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG), Linker.Option.firstVariadicArg(1));
    private static final long SYS_MEMBARRIER = AARCH64 ? 283 : 324;
    private static final long MEMBARRIER_CMD_GLOBAL_EXPEDITED = 2;
    private static final long MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED = 4;

    /// membarrier(2): from now on this process takes part in the barriers of [#memoryBarrier()], and may make them.
    ///
    /// @return false if the system has none, or forbids it
    static boolean registerForBarriers() {
        return membarrier(MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED) && memoryBarrier();
    }

    /// membarrier(2): every thread of a registered process that runs now passes a memory barrier.
    ///
    /// @return false if the system refuses
    static boolean memoryBarrier() {
        return membarrier(MEMBARRIER_CMD_GLOBAL_EXPEDITED);
    }

    private static boolean membarrier(long command) {
        try {
            return (long) MEMBARRIER.invokeExact(SYS_MEMBARRIER, command, 0L, 0L) == 0;
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    // char *strerror(int errnum);
    private static final MethodHandle STRERROR = link("strerror", FunctionDescriptor.of(ADDRESS, JAVA_INT));

    static String text(int errno) {
        try {
            return ((MemorySegment) STRERROR.invokeExact(errno))
                    .reinterpret(Long.MAX_VALUE)
                    .getString(0);
        } catch (Throwable t) {
            throw impossible(t);
        }
    }

    private static long offset(StructLayout layout, String field) {
        return layout.byteOffset(MemoryLayout.PathElement.groupElement(field));
    }

    private static MethodHandle link(String name, FunctionDescriptor descriptor, Linker.Option... options) {
        MemorySegment symbol = LINKER.defaultLookup()
                .find(name)
                .orElseThrow(() -> new UnsatisfiedLinkError("libc has no " + name + "; glibc 2.28 or later is needed"));
        return LINKER.downcallHandle(symbol, descriptor, options);
    }
}
