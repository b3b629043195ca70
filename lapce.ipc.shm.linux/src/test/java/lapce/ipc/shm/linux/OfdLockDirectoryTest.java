package lapce.ipc.shm.linux;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.FutureTask;
import lapce.ipc.api.IpcException;
import lapce.ipc.api.NotPermittedException;
import lapce.ipc.api.Options;
import lapce.ipc.shm.LifeLock;
import lapce.ipc.shm.LockWatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OfdLockDirectoryTest {
    private static final String NAME = "x.lock";

    private final Path path =
            LinuxPlatform.DIRECTORY.resolve("lapce_ipc_" + Options.DEFAULT.session() + "_locks-" + ProcessHandle.current().pid());
    private final OfdLockDirectory locks = new OfdLockDirectory(path, new Access(Libc.geteuid(), Access.NOBODY));

    @BeforeEach
    @AfterEach
    void removeDirectory() throws IOException {
        if (Files.isDirectory(path)) {
            for (String name : locks.list()) {
                Files.delete(path.resolve(name));
            }
        }
        Files.deleteIfExists(path);
    }

    @Test
    void lockExcludesASecondOneInTheSameProcess() throws IpcException {
        try (LifeLock first = locks.tryLock(NAME, "first")) {
            assertNotNull(first);
            assertNull(locks.tryLock(NAME, "second"));
            assertEquals("first", locks.note(NAME));
        }
        try (LifeLock second = locks.tryLock(NAME, "second")) {
            assertNotNull(second);
            assertEquals("second", locks.note(NAME));
        }
    }

    @Test
    void directoryAndFileAreTheOwnersAlone() throws IOException {
        try (LifeLock lock = locks.tryLock(NAME, "")) {
            assertNotNull(lock);
            assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path.resolve(NAME))));
        }
    }

    @Test
    void watchSeesALockWithoutTakingIt() throws IpcException {
        LifeLock lock = locks.tryLock(NAME, "");
        try (LockWatch watch = locks.watch(NAME); LockWatch second = locks.watch(NAME)) {
            assertTrue(watch.isHeld());
            assertTrue(second.isHeld());
            lock.close();
            assertFalse(watch.isHeld());
            assertFalse(second.isHeld());
            try (LifeLock again = locks.tryLock(NAME, "")) {
                assertNotNull(again);
            }
        }
    }

    @Test
    void watchOfAFileThatIsNotThereIsNull() throws IpcException {
        assertNull(locks.watch(NAME));
        assertFalse(locks.isHeld(NAME));
    }

    @Test
    void fileThatNobodyHoldsIsNotHeld() throws IOException {
        locks.tryLock("other", "");
        Files.createFile(path.resolve(NAME));
        assertFalse(locks.isHeld(NAME));
        assertTrue(locks.isHeld("other"));
    }

    @Test
    void closingAnotherDescriptorOfTheFileDoesNotLoseTheLock() throws IOException {
        try (LifeLock lock = locks.tryLock(NAME, "note")) {
            assertNotNull(lock);
            assertEquals("note", Files.readString(path.resolve(NAME)));
            locks.watch(NAME).close();
            assertTrue(locks.isHeld(NAME));
            assertNull(locks.tryLock(NAME, "second"));
            assertTrue(locks.isHeld(NAME));
        }
    }

    @Test
    void awaitReleaseReturnsWhenTheLockIsClosed() throws Exception {
        LifeLock lock = locks.tryLock(NAME, "");
        FutureTask<Void> waiting = new FutureTask<>(() -> {
            try (LockWatch watch = locks.watch(NAME)) {
                watch.awaitRelease();
            }
            return null;
        });
        Thread.ofPlatform().daemon().start(waiting);
        Thread.sleep(20);
        assertFalse(waiting.isDone());
        lock.close();
        waiting.get();
    }

    @Test
    void severalMayAwaitTheSameRelease() throws Exception {
        LifeLock lock = locks.tryLock(NAME, "");
        try (LockWatch first = locks.watch(NAME); LockWatch second = locks.watch(NAME)) {
            lock.close();
            first.awaitRelease();
            second.awaitRelease();
        }
    }

    @Test
    void closeDeletesTheFile() throws IpcException {
        LifeLock lock = locks.tryLock(NAME, "");
        assertEquals(List.of(NAME), locks.list());
        lock.close();
        assertEquals(List.of(), locks.list());
    }

    @Test
    void secondCloseHarmsNoSuccessor() throws IpcException {
        LifeLock lock = locks.tryLock(NAME, "");
        lock.close();
        try (LifeLock successor = locks.tryLock(NAME, "")) {
            lock.close();
            assertNotNull(successor);
            assertTrue(locks.isHeld(NAME));
        }
    }

    @Test
    void lockOfADeadProcessIsTaken() throws IOException {
        locks.tryLock(NAME, "").close();
        Files.createDirectories(path);
        Files.writeString(path.resolve(NAME), "pid of the dead");
        try (LifeLock lock = locks.tryLock(NAME, "mine")) {
            assertNotNull(lock);
            assertEquals("mine", locks.note(NAME));
        }
    }

    @Test
    void directoryThatAKilledProcessWasMakingIsUsed() throws IOException {
        Files.createDirectory(beingMade());
        try (LifeLock lock = locks.tryLock(NAME, "")) {
            assertNotNull(lock);
            assertFalse(Files.exists(beingMade()));
            assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
        }
    }

    @Test
    void directoryThatAKilledProcessWasMakingGoes() throws IOException {
        Files.createDirectory(beingMade());
        locks.removeIfEmpty();
        assertFalse(Files.exists(beingMade()));
    }

    private Path beingMade() {
        return Path.of(path + "~" + Integer.toUnsignedString(Libc.geteuid()));
    }

    @Test
    void whoHoldsALockIsItsFilesOwner() throws IpcException {
        try (LifeLock lock = locks.tryLock(NAME, ""); LockWatch watch = locks.watch(NAME)) {
            assertNotNull(lock);
            assertEquals(Integer.toUnsignedString(Libc.geteuid()), watch.userId());
        }
    }

    @Test
    void directoryThatOthersMayEnterIsNotUsed() throws IOException {
        Files.createDirectory(path);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
        String message = assertThrows(NotPermittedException.class, () -> locks.tryLock(NAME, "")).getMessage();
        assertTrue(message.contains(path.toString()) && message.contains("mode=0755"), message);
        assertEquals(List.of(), locks.list());
    }

    @Test
    void directoryOfAnotherUserIsNotUsed() throws IOException {
        Files.createDirectory(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        OfdLockDirectory others = new OfdLockDirectory(path, new Access(Libc.geteuid() + 1, Access.NOBODY));
        assertThrows(NotPermittedException.class, () -> others.tryLock(NAME, ""));
    }

    @Test
    void linkIsNotFollowedToADirectory() throws IOException {
        Path elsewhere = Files.createTempDirectory("lapce_ipc_unittest");
        Files.createSymbolicLink(path, elsewhere);
        try {
            assertThrows(NotPermittedException.class, () -> locks.tryLock(NAME, ""));
        } finally {
            Files.delete(path);
            Files.delete(elsewhere);
        }
    }

    @Test
    void linkIsNotFollowedToAFile() throws IOException {
        locks.tryLock("other", "");
        Path target = Files.createTempFile("lapce_ipc_unittest", "");
        Files.createSymbolicLink(path.resolve(NAME), target);
        try {
            assertThrows(IpcException.class, () -> locks.tryLock(NAME, "note"));
            assertThrows(IpcException.class, () -> locks.watch(NAME));
            assertEquals(0, Files.size(target));
        } finally {
            Files.delete(target);
        }
    }

    @Test
    void missingParentIsAnErrorThatNamesIt() {
        Path nowhere = path.resolve("nowhere");
        String message = assertThrows(
                        IpcException.class, () -> new OfdLockDirectory(nowhere.resolve("locks"), new Access(Libc.geteuid(), Access.NOBODY)).tryLock(NAME, ""))
                .getMessage();
        assertTrue(message.contains(nowhere.toString()), message);
    }

    @Test
    void shorterNoteReplacesALongerOneOfADeadProcess() throws IOException {
        locks.tryLock("other", "");
        Files.writeString(path.resolve(NAME), "a long note of a dead process");
        try (LifeLock lock = locks.tryLock(NAME, "mine")) {
            assertNotNull(lock);
            assertEquals("mine", locks.note(NAME));
        }
    }

    @Test
    void removeIfEmptyKeepsADirectoryInUse() throws IpcException {
        LifeLock lock = locks.tryLock(NAME, "");
        locks.removeIfEmpty();
        assertTrue(Files.exists(path));
        lock.close();
        locks.removeIfEmpty();
        assertFalse(Files.exists(path));
        assertDoesNotThrow(locks::removeIfEmpty);
    }

    /// Which an open would wait for.
    @Test
    void aPipeIsNoLockFile() throws Exception {
        LifeLock other = locks.tryLock("other", "");
        assertEquals(0, new ProcessBuilder("mkfifo", path.resolve(NAME).toString()).start().waitFor());
        String message = assertThrows(NotPermittedException.class, () -> locks.watch(NAME)).getMessage();
        assertTrue(message.contains("path=" + path.resolve(NAME)), message);
        assertEquals("", locks.note(NAME));
        other.close();
    }

    @Test
    void whatIsNotThereReadsAsEmpty() throws IpcException {
        assertEquals("", locks.note(NAME));
        assertEquals(List.of(), locks.list());
        locks.delete(NAME);
    }

    @Test
    void lockIsMadeAgainWhileOthersRemoveTheDirectory() throws Exception {
        FutureTask<Void> removing = new FutureTask<>(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                locks.removeIfEmpty();
            }
            return null;
        });
        Thread thread = Thread.ofPlatform().daemon().start(removing);
        try {
            for (int i = 0; i < 300; i++) {
                try (LifeLock lock = locks.tryLock(NAME, "")) {
                    assertNotNull(lock);
                }
            }
        } finally {
            thread.interrupt();
            thread.join();
        }
        removing.get();
    }
}
