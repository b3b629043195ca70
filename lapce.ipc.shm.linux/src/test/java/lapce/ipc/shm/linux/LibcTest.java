package lapce.ipc.shm.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import lapce.ipc.api.Options;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/// Real calls, wrong arguments too.
@EnabledOnOs(OS.LINUX)
class LibcTest {
    private static final String NAME = "lapce_ipc_" + Options.DEFAULT.session() + "_libc-" + ProcessHandle.current().pid();
    private static final int CREATE = Libc.O_RDWR | Libc.O_CREAT | Libc.O_EXCL;
    private static final int NO_FD = 1_000_000;

    @TempDir
    Path directory;

    @AfterEach
    void removeRegion() throws IOException {
        Files.deleteIfExists(LinuxPlatform.DIRECTORY.resolve(NAME));
    }

    @Test
    void effectiveUserOwnsWhatItCreates() throws Exception {
        Path file = Files.createFile(directory.resolve("f"));
        assertEquals(Files.getAttribute(file, "unix:uid"), Libc.geteuid());
    }

    @Test
    void shmOpenCreatesReservesMapsAndUnlinks() throws Exception {
        int fd = Libc.shmOpen(NAME, CREATE, 0600);
        Libc.posixFallocate(fd, 8192);
        Libc.Stat stat = Libc.fstat(fd);
        assertEquals(8192, stat.size());
        assertEquals(1, stat.links());
        assertEquals(Libc.geteuid(), stat.owner());
        assertTrue(stat.isRegular());
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = Libc.mmap(fd, 8192, arena);
            memory.set(JAVA_BYTE, 8191, (byte) 7);
            assertEquals(0, memory.address() % 4096);
        }
        assertEquals(7, Files.readAllBytes(LinuxPlatform.DIRECTORY.resolve(NAME))[8191]);
        Libc.shmUnlink(NAME);
        assertEquals(0, Libc.fstat(fd).links());
        Libc.close(fd);
    }

    @Test
    void descriptorsAreNotInheritedByChildren() throws Exception {
        int fd = Libc.shmOpen(NAME, CREATE, 0600);
        String flags = Files.readString(Path.of("/proc/self/fdinfo/" + fd));
        Libc.close(fd);
        assertTrue(flags.matches("(?s).*flags:\\s+02[0-7]{6}\\s.*"), "no O_CLOEXEC: " + flags);
    }

    @Test
    void modeIsWhatFchmodSays() throws Exception {
        int fd = Libc.shmOpen(NAME, CREATE, 0600);
        Libc.fchmod(fd, 0640);
        assertEquals(0640, Libc.fstat(fd).permissions());
        Libc.close(fd);
    }

    @Test
    void missingRegionFailsWithCallTextAndNumber() {
        assertFailed(Libc.ENOENT, "No such file or directory", () -> Libc.shmOpen(NAME, Libc.O_RDWR, 0), "shm_open(" + NAME + ")");
        assertFailed(Libc.ENOENT, "No such file or directory", () -> Libc.shmUnlink(NAME), "shm_unlink(" + NAME + ")");
    }

    @Test
    void existingRegionFailsWithCallTextAndNumber() throws Exception {
        Libc.close(Libc.shmOpen(NAME, CREATE, 0600));
        assertFailed(Libc.EEXIST, "File exists", () -> Libc.shmOpen(NAME, CREATE, 0600), "shm_open(");
    }

    @Test
    void wrongDescriptorsFailInEveryCallThatTakesOne() {
        int badFd = 9;
        assertFailed(badFd, "Bad file descriptor", () -> Libc.fchmod(NO_FD, 0600), "fchmod(fd=1000000)");
        assertFailed(badFd, "Bad file descriptor", () -> Libc.posixFallocate(NO_FD, 1), "posix_fallocate(fd=1000000");
        assertFailed(badFd, "Bad file descriptor", () -> Libc.fstat(NO_FD), "statx(fd=1000000)");
        assertFailed(badFd, "Bad file descriptor", () -> Libc.tryExclusiveLock(NO_FD), "fcntl(fd=1000000");
        assertFailed(badFd, "Bad file descriptor", () -> Libc.isExclusivelyLocked(NO_FD), "fcntl(fd=1000000");
        assertFailed(badFd, "Bad file descriptor", () -> Libc.awaitSharedLock(NO_FD), "fcntl(fd=1000000");
        assertFailed(badFd, "Bad file descriptor", () -> Libc.mmap(NO_FD, 4096, Arena.global()), "mmap(length=4096)");
    }

    @Test
    void impossibleLengthsFail() throws Exception {
        int invalid = 22;
        int fd = Libc.shmOpen(NAME, CREATE, 0600);
        assertFailed(invalid, "Invalid argument", () -> Libc.posixFallocate(fd, 0), "posix_fallocate(");
        assertFailed(invalid, "Invalid argument", () -> Libc.posixFallocate(fd, -1), "posix_fallocate(");
        assertFailed(invalid, "Invalid argument", () -> Libc.mmap(fd, 0, Arena.global()), "mmap(length=0)");
        Libc.close(fd);
    }

    @Test
    void openDoesNotFollowALink() throws Exception {
        Path link = Files.createSymbolicLink(directory.resolve("link"), directory.resolve("target"));
        assertFailed(
                Libc.ELOOP,
                "Too many levels of symbolic links",
                () -> Libc.open(link.toString(), Libc.O_RDWR | Libc.O_CREAT | Libc.O_NOFOLLOW, 0600),
                "open(" + link + ")");
        assertFalse(Files.exists(directory.resolve("target")));
    }

    @Test
    void exclusiveLockIsSeenThroughAnotherOpenOnly() throws Exception {
        String file = Files.createFile(directory.resolve("lock")).toString();
        int holder = Libc.open(file, Libc.O_RDWR | Libc.O_CLOEXEC, 0);
        int other = Libc.open(file, Libc.O_RDWR | Libc.O_CLOEXEC, 0);
        assertFalse(Libc.isExclusivelyLocked(other));
        assertTrue(Libc.tryExclusiveLock(holder));
        assertFalse(Libc.tryExclusiveLock(other));
        assertTrue(Libc.isExclusivelyLocked(other));
        assertFalse(Libc.isExclusivelyLocked(holder), "its own lock does not stand in its way");
        Libc.close(holder);
        assertFalse(Libc.isExclusivelyLocked(other));
        Libc.awaitSharedLock(other);
        Libc.close(other);
    }

    @Test
    void futexWaitReturnsWhenTheWordDiffers() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment word = arena.allocate(4, 4);
            word.set(JAVA_INT, 0, 5);
            Libc.futexWait(word, 0, Libc.timespec(arena), Long.MAX_VALUE);
        }
    }

    private static void assertFailed(int errno, String text, Executable call, String name) {
        Libc.Failed failed = assertThrows(Libc.Failed.class, call);
        assertEquals(errno, failed.errno());
        assertTrue(failed.getMessage().startsWith(name), failed.getMessage());
        assertTrue(failed.getMessage().endsWith(" failed: " + text + " (" + errno + ")"), failed.getMessage());
    }
}
