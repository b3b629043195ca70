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
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

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

        private Failed(String call, int errno) {
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
    static final int EINTR = 4;
    static final int EAGAIN = 11;
    static final int ENOMEM = 12;
    static final int EACCES = 13;
    static final int EEXIST = 17;
    static final int ENFILE = 23;
    static final int EMFILE = 24;
    static final int ENOSPC = 28;
    static final int ELOOP = 40;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
    private static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();
    private static final long ERRNO_OFFSET = CALL_STATE.byteOffset(MemoryLayout.PathElement.groupElement("errno"));
    private static final boolean AARCH64 = System.getProperty("os.arch").equals("aarch64");

    private Libc() {}

    // uid_t geteuid(void);
    private static final MethodHandle GETEUID = link("geteuid", FunctionDescriptor.of(JAVA_INT));

    static int geteuid() {
        try {
            return (int) GETEUID.invokeExact();
        } catch (Throwable t) {
            throw new AssertionError(t); // invokeExact declares Throwable; a native call has none to throw
        }
    }

    // int shm_open(const char *name, int oflag, mode_t mode);
    private static final MethodHandle SHM_OPEN =
            link("shm_open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT), ERRNO);
    static final int O_RDONLY = 0;
    static final int O_RDWR = 2;
    static final int O_CREAT = 0x40;
    static final int O_EXCL = 0x80;
    static final int O_CLOEXEC = 0x80000;
    static final int O_NOFOLLOW = AARCH64 ? 0x8000 : 0x20000;

    /// Sets close-on-exec and refuses symbolic links by itself.
    static int shmOpen(String name, int flags, int mode) throws Failed {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            int fd = (int) SHM_OPEN.invokeExact(state, arena.allocateFrom("/" + name), flags, mode);
            return checked(fd, state, "shm_open(" + name + ")");
        } catch (Failed e) {
            throw e;
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }

    // int shm_unlink(const char *name);
    private static final MethodHandle SHM_UNLINK =
            link("shm_unlink", FunctionDescriptor.of(JAVA_INT, ADDRESS), ERRNO);

    static void shmUnlink(String name) throws Failed {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            checked((int) SHM_UNLINK.invokeExact(state, arena.allocateFrom("/" + name)), state, "shm_unlink(" + name + ")");
        } catch (Failed e) {
            throw e;
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }

    // int open(const char *pathname, int flags, ... /* mode_t mode */);
    private static final MethodHandle OPEN = link(
            "open",
            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT),
            ERRNO,
            Linker.Option.firstVariadicArg(2));

    static int open(String path, int flags, int mode) throws Failed {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            int fd = (int) OPEN.invokeExact(state, arena.allocateFrom(path), flags, mode);
            return checked(fd, state, "open(" + path + ")");
        } catch (Failed e) {
            throw e;
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }

    // int close(int fd);
    private static final MethodHandle CLOSE = link("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    /// Never fails for a descriptor of ours, and must not be repeated after EINTR (close(2)).
    static void close(int fd) {
        try {
            int ignored = (int) CLOSE.invokeExact(fd);
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }

    // int fchmod(int fd, mode_t mode);
    private static final MethodHandle FCHMOD = link("fchmod", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT), ERRNO);

    static void fchmod(int fd, int mode) throws Failed {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            checked((int) FCHMOD.invokeExact(state, fd, mode), state, "fchmod(fd=" + fd + ")");
        } catch (Failed e) {
            throw e;
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }

    // int posix_fallocate(int fd, off_t offset, off_t len); the result is the error number
    private static final MethodHandle POSIX_FALLOCATE =
            link("posix_fallocate", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG));

    static void posixFallocate(int fd, long length) throws Failed {
        try {
            int error;
            do {
                error = (int) POSIX_FALLOCATE.invokeExact(fd, 0L, length);
            } while (error == EINTR);
            if (error != 0) {
                throw new Failed("posix_fallocate(fd=" + fd + ", length=" + length + ")", error);
            }
        } catch (Failed e) {
            throw e;
        } catch (Throwable t) {
            throw new AssertionError(t);
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
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            MemorySegment start = (MemorySegment)
                    MMAP.invokeExact(state, MemorySegment.NULL, length, PROT_READ_WRITE, MAP_SHARED, fd, 0L);
            checked(start.address() == MAP_FAILED ? -1 : 0, state, "mmap(length=" + length + ")");
            return start.reinterpret(length, owner, Libc::munmap);
        } catch (Failed e) {
            throw e;
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }

    // int munmap(void *addr, size_t length);
    private static final MethodHandle MUNMAP = link("munmap", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG));

    /// Never fails for a mapping of ours.
    private static void munmap(MemorySegment mapping) {
        try {
            int ignored = (int) MUNMAP.invokeExact(mapping, mapping.byteSize());
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }

    // int statx(int dirfd, const char *pathname, int flags, unsigned mask, struct statx *buf);
    private static final MethodHandle STATX = link(
            "statx", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS), ERRNO);
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int STATX_BASIC_STATS = 0x7ff;
    private static final long STATX_BYTES = 256;
    private static final int S_IFMT = 0xf000;
    private static final int S_IFREG = 0x8000;

    /// What is known of an open file: struct statx has one layout on all architectures (linux/stat.h).
    record Stat(int links, int owner, int mode, long size) {
        boolean isRegular() {
            return (mode & S_IFMT) == S_IFREG;
        }

        int permissions() {
            return mode & 07777;
        }
    }

    static Stat fstat(int fd) throws Failed {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            MemorySegment stat = arena.allocate(STATX_BYTES, Long.BYTES);
            MemorySegment noPath = arena.allocateFrom("");
            int result = (int) STATX.invokeExact(state, fd, noPath, AT_EMPTY_PATH, STATX_BASIC_STATS, stat);
            checked(result, state, "statx(fd=" + fd + ")");
            return new Stat(
                    stat.get(JAVA_INT, 0x10),
                    stat.get(JAVA_INT, 0x14),
                    stat.get(JAVA_SHORT, 0x1c) & 0xffff,
                    stat.get(JAVA_LONG, 0x28));
        } catch (Failed e) {
            throw e;
        } catch (Throwable t) {
            throw new AssertionError(t);
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
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            MemorySegment flock = arena.allocate(FLOCK);
            flock.set(JAVA_SHORT, 0, type);
            checked((int) FCNTL.invokeExact(state, fd, command, flock), state, "fcntl(fd=" + fd + ", " + command + ")");
            return flock.get(JAVA_SHORT, 0);
        } catch (Failed e) {
            throw e;
        } catch (Throwable t) {
            throw new AssertionError(t);
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
    private static final StructLayout TIMESPEC =
            MemoryLayout.structLayout(JAVA_LONG.withName("tv_sec"), JAVA_LONG.withName("tv_nsec"));

    /// Returns when woken, when the word differs, when the time is up, on a signal, or for no reason: the caller looks.
    static void futexWait(MemorySegment word, int expected, long nanos) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment timeout = arena.allocate(TIMESPEC);
            timeout.set(JAVA_LONG, 0, nanos / 1_000_000_000);
            timeout.set(JAVA_LONG, 8, nanos % 1_000_000_000);
            long ignored =
                    (long) FUTEX.invokeExact(SYS_FUTEX, word, FUTEX_WAIT, (long) expected, timeout, 0L, 0L);
        } catch (IllegalStateException e) {
            throw e; // the region was closed
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }

    /// Wakes one waiter, if there is one.
    static void futexWake(MemorySegment word) {
        try {
            long ignored = (long) FUTEX.invokeExact(SYS_FUTEX, word, FUTEX_WAKE, 1L, MemorySegment.NULL, 0L, 0L);
        } catch (IllegalStateException e) {
            throw e; // the region was closed
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }

    // char *strerror(int errnum);
    private static final MethodHandle STRERROR = link("strerror", FunctionDescriptor.of(ADDRESS, JAVA_INT));

    private static String text(int errno) {
        try {
            return ((MemorySegment) STRERROR.invokeExact(errno))
                    .reinterpret(Long.MAX_VALUE)
                    .getString(0);
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }

    private static int checked(int result, MemorySegment state, String call) throws Failed {
        if (result == -1) {
            throw new Failed(call, state.get(JAVA_INT, ERRNO_OFFSET));
        }
        return result;
    }

    /// glibc before 2.34 keeps shm_open in librt.
    private static MethodHandle link(String name, FunctionDescriptor descriptor, Linker.Option... options) {
        MemorySegment symbol = LINKER.defaultLookup()
                .find(name)
                .or(() -> SymbolLookup.libraryLookup("librt.so.1", Arena.global()).find(name))
                .orElseThrow(() -> new UnsatisfiedLinkError("libc has no " + name + "; glibc 2.28 or later is needed"));
        return LINKER.downcallHandle(symbol, descriptor, options);
    }
}
