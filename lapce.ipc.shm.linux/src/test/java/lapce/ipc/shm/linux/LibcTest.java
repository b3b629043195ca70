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
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
    private static final String PATH = LinuxPlatform.DIRECTORY.resolve(NAME).toString();
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
    void anUnnamedFileIsReservedNamedMappedAndUnlinked() throws Exception {
        int fd = create();
        Libc.posixFallocate(fd, 8192);
        assertEquals(0, Libc.fstat(fd).links());
        Libc.name(fd, PATH);
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
        Libc.unlink(PATH);
        assertEquals(0, Libc.fstat(fd).links());
        Libc.close(fd);
    }

    private static int create() throws Libc.Failed {
        return Libc.openUnnamed(LinuxPlatform.DIRECTORY.toString());
    }

    @Test
    void aDirectoryIsRenamedAndReplacesNone() throws Exception {
        String there = directory.resolve("there").toString();
        String made = directory.resolve("made").toString();
        Libc.mkdir(made);
        Libc.mkdir(made);
        Libc.renameNoReplace(made, there);
        Libc.mkdir(made);
        assertFailed(Libc.EEXIST, "File exists", () -> Libc.renameNoReplace(made, there), "renameat2(" + made);
        Libc.rmdir(made);
        assertFailed(Libc.ENOENT, "No such file or directory", () -> Libc.rmdir(made), "rmdir(" + made);
    }

    @Test
    void anOpenDoesNotWaitForAPipesOtherEnd() throws Exception {
        String pipe = directory.resolve("pipe").toString();
        assertEquals(0, new ProcessBuilder("mkfifo", pipe).start().waitFor());
        Libc.close(Libc.open(pipe, Libc.O_RDONLY));
    }

    @Test
    void groupsHaveNumbers() throws Exception {
        assertEquals(0, Libc.group("root").orElseThrow());
        assertTrue(Libc.group("no-such-group").isEmpty());
    }

    @Test
    void descriptorsAreNotInheritedByChildren() throws Exception {
        int fd = create();
        String flags = Files.readString(Path.of("/proc/self/fdinfo/" + fd));
        Libc.close(fd);
        Matcher found = Pattern.compile("flags:\\s+([0-7]+)").matcher(flags);
        assertTrue(found.find() && (Integer.parseInt(found.group(1), 8) & 0x80000) != 0, "no O_CLOEXEC: " + flags);
    }

    @Test
    void modeIsWhatFchmodSays() throws Exception {
        int fd = create();
        Libc.fchmod(fd, 0640);
        assertEquals(0640, Libc.fstat(fd).permissions());
        Libc.close(fd);
    }

    @Test
    void missingRegionFailsWithCallTextAndNumber() {
        assertFailed(Libc.ENOENT, "No such file or directory", () -> Libc.open(PATH, Libc.O_RDWR), "open(" + PATH + ")");
        assertFailed(Libc.ENOENT, "No such file or directory", () -> Libc.unlink(PATH), "unlink(" + PATH + ")");
    }

    @Test
    void existingRegionFailsWithCallTextAndNumber() throws Exception {
        int fd = create();
        Libc.name(fd, PATH);
        Libc.close(fd);
        int other = create();
        assertFailed(Libc.EEXIST, "File exists", () -> Libc.name(other, PATH), "linkat(" + PATH + ")");
        Libc.close(other);
    }

    /// More than one call returns.
    @Test
    void aLargeDirectoryIsListedWhole(@TempDir Path folder) throws Exception {
        Set<String> made = new HashSet<>();
        for (int i = 0; i < 2_000; i++) {
            String name = "entry-" + "x".repeat(i % 50) + i;
            Files.createFile(folder.resolve(name));
            made.add(name);
        }
        int fd = Libc.openDirectory(folder.toString());
        try {
            List<String> names = Libc.names(fd);
            assertEquals(made.size(), names.size());
            assertEquals(made, Set.copyOf(names));
        } finally {
            Libc.close(fd);
        }
    }

    @Test
    void wrongDescriptorsFailInEveryCallThatTakesOne() {
        int badFd = 9;
        assertFailed(badFd, "Bad file descriptor", () -> Libc.fchmod(NO_FD, 0600), "fchmod(fd=1000000)");
        assertFailed(badFd, "Bad file descriptor", () -> Libc.fchgrp(NO_FD, 0), "fchownat(fd=1000000");
        assertFailed(badFd, "Bad file descriptor", () -> Libc.posixFallocate(NO_FD, 1), "posix_fallocate(fd=1000000");
        assertFailed(badFd, "Bad file descriptor", () -> Libc.names(NO_FD), "getdents64(fd=1000000)");
        assertFailed(badFd, "Bad file descriptor", () -> Libc.fstat(NO_FD), "statx(fd=1000000)");
        assertFailed(badFd, "Bad file descriptor", () -> Libc.tryExclusiveLock(NO_FD), "fcntl(fd=1000000");
        assertFailed(badFd, "Bad file descriptor", () -> Libc.isExclusivelyLocked(NO_FD), "fcntl(fd=1000000");
        assertFailed(badFd, "Bad file descriptor", () -> Libc.awaitSharedLock(NO_FD), "fcntl(fd=1000000");
        assertFailed(badFd, "Bad file descriptor", () -> Libc.mmap(NO_FD, 4096, Arena.global()), "mmap(length=4096)");
    }

    @Test
    void impossibleLengthsFail() throws Exception {
        int invalid = 22;
        int fd = create();
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
                () -> Libc.open(link.toString(), Libc.O_RDWR),
                "open(" + link + ")");
        assertFalse(Files.exists(directory.resolve("target")));
    }

    @Test
    void exclusiveLockIsSeenThroughAnotherOpenOnly() throws Exception {
        String file = Files.createFile(directory.resolve("lock")).toString();
        int holder = Libc.open(file, Libc.O_RDWR);
        int other = Libc.open(file, Libc.O_RDWR);
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
