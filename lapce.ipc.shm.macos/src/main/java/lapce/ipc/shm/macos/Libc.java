package lapce.ipc.shm.macos;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The calls of libSystem this module makes, each under its C prototype; constants are from the macOS headers, and the same on arm64 and
/// x86_64 unless said. No other class here sees a `Linker`.
///
/// Where the calls are is given, so that tests can give a library that keeps macOS's rules. A method that can fail throws [Failed], with the
/// error number for the caller to translate; it is captured per call.
@SuppressWarnings("restricted") // the module's whole native surface is this file
final class Libc {
    /// A call that failed. Checked, so that every caller says what it means.
    static final class Failed extends Exception {
        private static final long serialVersionUID = 1;
        private final int errno;

        Failed(String call, int errno) {
            super(call + " failed: errno=" + errno, null, false, false);
            this.errno = errno;
        }

        int errno() {
            return errno;
        }
    }

    // sys/errno.h
    static final int EPERM = 1;
    static final int ENOENT = 2;
    static final int EINTR = 4;
    static final int ENOMEM = 12;
    static final int EACCES = 13;
    static final int EFAULT = 14;
    static final int EEXIST = 17;
    static final int ENOTDIR = 20;
    static final int ENFILE = 23;
    static final int EMFILE = 24;
    static final int EWOULDBLOCK = 35;
    static final int ETIMEDOUT = 60;

    // sys/fcntl.h
    static final int O_RDWR = 2;
    static final int O_NONBLOCK = 4;
    static final int O_NOFOLLOW = 0x100;
    static final int O_CREAT = 0x200;
    static final int O_EXCL = 0x800;
    static final int O_CLOEXEC = 0x1000000;
    static final int LOCK_SH = 1;
    static final int LOCK_EX = 2;
    static final int LOCK_NB = 4;
    static final int LOCK_UN = 8;

    // sys/stdio.h
    static final int RENAME_EXCL = 4;

    // sys/mman.h
    static final int PROT_READ_WRITE = 1 | 2;
    static final int MAP_SHARED = 1;
    private static final long MAP_FAILED = -1;

    // os/os_sync_wait_on_address.h, os/clock.h
    static final int OS_SYNC_SHARED = 1; // of waits and of wakes
    static final int OS_CLOCK_MACH_ABSOLUTE_TIME = 32;

    /// sys/stat.h, with 64-bit inodes.
    static final StructLayout STAT = MemoryLayout.structLayout(
            JAVA_INT.withName("st_dev"),
            JAVA_SHORT.withName("st_mode"),
            JAVA_SHORT.withName("st_nlink"),
            JAVA_LONG.withName("st_ino"),
            JAVA_INT.withName("st_uid"),
            JAVA_INT.withName("st_gid"),
            JAVA_INT.withName("st_rdev"),
            MemoryLayout.paddingLayout(4),
            MemoryLayout.sequenceLayout(8, JAVA_LONG).withName("st_times"), // four struct timespec
            JAVA_LONG.withName("st_size"),
            JAVA_LONG.withName("st_blocks"),
            JAVA_INT.withName("st_blksize"),
            JAVA_INT.withName("st_flags"),
            JAVA_INT.withName("st_gen"),
            JAVA_INT.withName("st_lspare"),
            MemoryLayout.sequenceLayout(2, JAVA_LONG).withName("st_qspare"));

    private static final long ST_MODE = STAT.byteOffset(PathElement.groupElement("st_mode"));
    private static final long ST_NLINK = STAT.byteOffset(PathElement.groupElement("st_nlink"));
    private static final long ST_UID = STAT.byteOffset(PathElement.groupElement("st_uid"));
    private static final long ST_SIZE = STAT.byteOffset(PathElement.groupElement("st_size"));
    private static final int PERMISSIONS = 07777; // of st_mode

    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
    private static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();
    private static final long ERRNO_OFFSET = CALL_STATE.byteOffset(PathElement.groupElement("errno"));
    private static final int NONE_VARIADIC = -1;
    private static final int LONGEST_UUID = 64;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final SymbolLookup lookup;
    private final List<String> linked = new ArrayList<>(); // what the golden file has
    private final MethodHandle geteuid;
    private final MethodHandle open;
    private final MethodHandle close;
    private final MethodHandle flock;
    private final MethodHandle fstat;
    private final MethodHandle renamexNp;
    private final MethodHandle shmOpen;
    private final MethodHandle shmUnlink;
    private final MethodHandle ftruncate;
    private final MethodHandle mmap;
    private final MethodHandle munmap;
    private final MethodHandle sysctlbyname;
    private final @Nullable MethodHandle waitOnAddress; // null before macOS 14.4, as is the next
    private final @Nullable MethodHandle wakeByAddress;

    private Libc(SymbolLookup lookup, boolean hasInode64Names) {
        this.lookup = lookup;
        // uid_t geteuid(void);
        geteuid = link("geteuid", NONE_VARIADIC, FunctionDescriptor.of(JAVA_INT));
        // int open(const char *path, int oflag, ...);
        open = link("open", 2, FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
        // int close(int fildes);
        close = link("close", NONE_VARIADIC, FunctionDescriptor.of(JAVA_INT, JAVA_INT));
        // int flock(int fd, int operation);
        flock = link("flock", NONE_VARIADIC, FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
        // int fstat(int fildes, struct stat *buf); on x86_64 that name has the struct with 32-bit inodes
        fstat = link(
                hasInode64Names ? "fstat$INODE64" : "fstat", NONE_VARIADIC, FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));
        // int renamex_np(const char *from, const char *to, unsigned int flags);
        renamexNp = link("renamex_np", NONE_VARIADIC, FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT));
        // int shm_open(const char *name, int oflag, ...); arm64 passes what is variadic on the stack
        shmOpen = link("shm_open", 2, FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT));
        // int shm_unlink(const char *name);
        shmUnlink = link("shm_unlink", NONE_VARIADIC, FunctionDescriptor.of(JAVA_INT, ADDRESS));
        // int ftruncate(int fildes, off_t length);
        ftruncate = link("ftruncate", NONE_VARIADIC, FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG));
        // void *mmap(void *addr, size_t len, int prot, int flags, int fd, off_t offset);
        mmap = link("mmap", NONE_VARIADIC, FunctionDescriptor.of(
                ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
        // int munmap(void *addr, size_t len);
        munmap = link("munmap", NONE_VARIADIC, FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG));
        // int sysctlbyname(const char *name, void *oldp, size_t *oldlenp, void *newp, size_t newlen);
        sysctlbyname = link("sysctlbyname", NONE_VARIADIC, FunctionDescriptor.of(
                JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG));
        // int os_sync_wait_on_address_with_timeout(
        //     void *addr, uint64_t value, size_t size, uint32_t flags, uint32_t clockid, uint64_t timeout_ns);
        waitOnAddress = linkIfThere("os_sync_wait_on_address_with_timeout", FunctionDescriptor.of(
                JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_LONG));
        // int os_sync_wake_by_address_all(void *addr, size_t size, uint32_t flags);
        wakeByAddress = linkIfThere("os_sync_wake_by_address_all", FunctionDescriptor.of(
                JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    }

    /// That of this system.
    static Libc ofSystem() {
        return new Libc(LINKER.defaultLookup(), System.getProperty("os.arch").equals("x86_64"));
    }

    /// Another one, for tests.
    static Libc of(SymbolLookup lookup) {
        return new Libc(lookup, false);
    }

    private @Nullable MethodHandle linkIfThere(String name, FunctionDescriptor descriptor) {
        return lookup.find(name).isPresent() ? link(name, NONE_VARIADIC, descriptor) : null;
    }

    private MethodHandle link(String name, int firstVariadic, FunctionDescriptor descriptor) {
        List<Linker.Option> options = new ArrayList<>(List.of(ERRNO));
        if (firstVariadic != NONE_VARIADIC) {
            options.add(Linker.Option.firstVariadicArg(firstVariadic));
        }
        linked.add(name + " " + descriptor + (firstVariadic == NONE_VARIADIC ? "" : " variadic from " + firstVariadic));
        return LINKER.downcallHandle(lookup.findOrThrow(name), descriptor, options.toArray(Linker.Option[]::new));
    }

    /// What was linked, a line each.
    List<String> linked() {
        return List.copyOf(linked);
    }

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
        } catch (Failed | RuntimeException | Error e) {
            throw e;
        } catch (Throwable t) { // `invokeExact` declares it; a native call has none of its own to throw
            throw new AssertionError(t);
        }
    }

    /// The calls whose failure means nothing to do.
    private static int unchecked(String what, Call call) {
        try {
            return checked(what, call);
        } catch (Failed e) {
            return -1;
        }
    }

    int geteuid() {
        return unchecked("geteuid", (state, _) -> (int) geteuid.invokeExact(state));
    }

    /// Opens a file that is there, unless it is a link.
    int open(String path) throws Failed {
        return checked("open(" + path + ")", (state, arena) -> (int)
                open.invokeExact(state, arena.allocateFrom(path), O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    }

    /// Never fails for a descriptor of ours, and must not be repeated after EINTR.
    void close(int fd) {
        unchecked("close", (state, _) -> (int) close.invokeExact(state, fd));
    }

    /// A signal to the JVM does not end it.
    void flock(int fd, int operation) throws Failed {
        for (;;) {
            try {
                checked("flock(fd=" + fd + ", operation=" + operation + ")", (state, _) -> (int) flock.invokeExact(state, fd, operation));
                return;
            } catch (Failed e) {
                if (e.errno != EINTR) {
                    throw e;
                }
            }
        }
    }

    void renameNoReplace(String from, String to) throws Failed {
        checked("renamex_np(" + from + ", " + to + ")", (state, arena) -> (int)
                renamexNp.invokeExact(state, arena.allocateFrom(from), arena.allocateFrom(to), RENAME_EXCL));
    }

    /// What is known of an open file or memory object.
    record Stat(int links, int owner, int permissions, long size) {}

    Stat fstat(int fd) throws Failed {
        try (Arena owner = Arena.ofConfined()) {
            MemorySegment stat = owner.allocate(STAT);
            checked("fstat(fd=" + fd + ")", (state, _) -> (int) fstat.invokeExact(state, fd, stat));
            return new Stat(
                    Short.toUnsignedInt(stat.get(JAVA_SHORT, ST_NLINK)),
                    stat.get(JAVA_INT, ST_UID),
                    stat.get(JAVA_SHORT, ST_MODE) & PERMISSIONS,
                    stat.get(JAVA_LONG, ST_SIZE));
        }
    }

    /// Makes an object without memory. Close-on-exec is set by the system, and refused as a flag (macOS 26.4).
    int shmCreate(String name, int mode) throws Failed {
        return shmOpen(name, O_RDWR | O_CREAT | O_EXCL, mode);
    }

    int shmOpen(String name) throws Failed {
        return shmOpen(name, O_RDWR, 0);
    }

    private int shmOpen(String name, int flags, int mode) throws Failed {
        return checked("shm_open(" + name + ")", (state, arena) -> (int) shmOpen.invokeExact(state, arena.allocateFrom(name), flags, mode));
    }

    void shmUnlink(String name) throws Failed {
        checked("shm_unlink(" + name + ")", (state, arena) -> (int) shmUnlink.invokeExact(state, arena.allocateFrom(name)));
    }

    /// Once for each object.
    void ftruncate(int fd, long length) throws Failed {
        checked("ftruncate(length=" + length + ")", (state, _) -> (int) ftruncate.invokeExact(state, fd, length));
    }

    /// Unmapped when the arena closes.
    MemorySegment mmap(int fd, long length, Arena owner) throws Failed {
        MemorySegment[] start = new MemorySegment[1];
        checked("mmap(length=" + length + ")", (state, _) -> {
            start[0] = (MemorySegment) mmap.invokeExact(state, MemorySegment.NULL, length, PROT_READ_WRITE, MAP_SHARED, fd, 0L);
            return start[0].address() == MAP_FAILED ? -1 : 0;
        });
        return start[0].reinterpret(length, owner, mapping ->
                unchecked("munmap", (state, _) -> (int) munmap.invokeExact(state, mapping, length)));
    }

    /// A UUID that is another after each start of the machine.
    String bootSession() throws Failed {
        try (Arena owner = Arena.ofConfined()) {
            MemorySegment uuid = owner.allocate(LONGEST_UUID);
            MemorySegment length = owner.allocateFrom(JAVA_LONG, uuid.byteSize());
            checked("sysctlbyname(kern.bootsessionuuid)", (state, arena) -> (int) sysctlbyname.invokeExact(
                    state, arena.allocateFrom("kern.bootsessionuuid"), uuid, length, MemorySegment.NULL, 0L));
            return uuid.getString(0);
        }
    }

    /// Whether threads can wait at addresses.
    boolean canWait() {
        return waitOnAddress != null && wakeByAddress != null;
    }

    /// Sleeps while the word is as seen. Also returns for no reason: a signal, a page that is not there at the moment (EFAULT), or no memory
    /// for the wait.
    ///
    /// @param nanos positive: 0 is an error
    @SuppressWarnings("NullAway") // for who has asked canWait
    void waitAt(MemorySegment word, int seen, long nanos) {
        try {
            int ignored = checked("os_sync_wait_on_address_with_timeout", (state, _) -> (int) waitOnAddress.invokeExact(
                    state, word, Integer.toUnsignedLong(seen), word.byteSize(), OS_SYNC_SHARED, OS_CLOCK_MACH_ABSOLUTE_TIME, nanos));
        } catch (Failed e) {
            switch (e.errno) {
                case ETIMEDOUT, EINTR, EFAULT -> {}
                case ENOMEM -> LockSupport.parkNanos(Math.min(nanos, PAUSE_NANOS));
                default -> throw new AssertionError(e);
            }
        }
    }

    /// Wakes who waits, if anybody does (else ENOENT). What fails for a moment is tried again: a wake must not be lost.
    @SuppressWarnings("NullAway") // for who has asked canWait
    void wakeAt(MemorySegment word) {
        for (;;) {
            try {
                int ignored = checked("os_sync_wake_by_address_all", (state, _) -> (int)
                        wakeByAddress.invokeExact(state, word, word.byteSize(), OS_SYNC_SHARED));
                return;
            } catch (Failed e) {
                switch (e.errno) {
                    case ENOENT -> {
                        return;
                    }
                    case EINTR, EFAULT, ENOMEM -> Thread.onSpinWait();
                    default -> throw new AssertionError(e);
                }
            }
        }
    }
}
