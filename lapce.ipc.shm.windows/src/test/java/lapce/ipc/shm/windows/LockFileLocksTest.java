package lapce.ipc.shm.windows;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.FutureTask;
import lapce.ipc.api.IpcException;
import lapce.ipc.shm.FileLockDirectory;
import lapce.ipc.shm.FileLocks;
import lapce.ipc.shm.LifeLock;
import lapce.ipc.shm.LockDirectory;
import lapce.ipc.shm.LockWatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The locks, and life locks made of them.
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LockFileLocksTest {
    private static final String NAME = "x.lock";

    @TempDir
    Path directory;

    private final FileLocks locks = new LockFileLocks(Simulation.kernel());
    private LockDirectory lives;
    private Path file;

    LockFileLocksTest() {}

    @BeforeEach
    void createFile() throws IOException {
        file = Files.writeString(directory.resolve("file"), "text");
        lives = new FileLockDirectory(directory.resolve("locks"), "me", locks);
    }

    @Test
    void aFileThatIsNotThereIsNone() throws IpcException {
        assertEquals(FileLocks.NO_FILE, locks.open(directory.resolve("none")));
        assertEquals(FileLocks.NO_FILE, locks.open(file.resolve("beneath-a-file")));
    }

    @Test
    void anExclusiveLockExcludesAllOtherOpens() throws IOException {
        long first = locks.open(file);
        long second = locks.open(file);
        assertTrue(locks.tryLock(first, true));
        assertFalse(locks.tryLock(second, true));
        assertFalse(locks.tryLock(second, false));
        assertEquals("text", Files.readString(file));
        locks.unlock(first);
        assertTrue(locks.tryLock(second, true));
        locks.close(second);
        assertTrue(locks.tryLock(first, true));
        locks.close(first);
    }

    /// What is locked nobody else can read on Windows, and the note is for others.
    @Test
    void theLockedByteIsFarBehindTheText() throws IpcException {
        long open = locks.open(file);
        assertEquals(-1, Simulation.lockedByte(open));
        assertTrue(locks.tryLock(open, true));
        assertEquals(4L << 30, Simulation.lockedByte(open));
        locks.close(open);
    }

    @Test
    void sharedLocksShare() throws IpcException {
        long first = locks.open(file);
        long second = locks.open(file);
        assertTrue(locks.tryLock(first, false));
        assertTrue(locks.tryLock(second, false));
        assertFalse(locks.tryLock(second, true));
        locks.close(first);
        locks.close(second);
    }

    /// As the watch of a server is used, by one thread that looks and one that waits.
    @Test
    void aLockIsLookedAtThroughTheHandleOnWhichItIsAwaited() throws Exception {
        long holder = locks.open(file);
        long watch = locks.open(file);
        assertTrue(locks.tryLock(holder, true));
        FutureTask<Void> waiting = new FutureTask<>(() -> {
            locks.awaitSharedLock(watch);
            return null;
        });
        Thread.ofPlatform().daemon().start(waiting);
        for (int i = 0; i < 100; i++) {
            assertFalse(locks.tryLock(watch, false));
            Thread.onSpinWait();
        }
        assertFalse(waiting.isDone());
        locks.close(holder);
        waiting.get();
        locks.unlock(watch);
        locks.close(watch);
    }

    @Test
    void unlockingWhatIsNotLockedIsAnError() throws IpcException {
        long open = locks.open(file);
        assertThrows(IpcException.class, () -> locks.unlock(open));
        locks.close(open);
    }

    @Test
    void aDeletedFileHasNoName() throws IOException {
        long open = locks.open(file);
        assertTrue(locks.isNamed(open));
        Files.delete(file);
        assertFalse(locks.isNamed(open));
        locks.close(open);
    }

    @Test
    void renameReplacesNothing() throws IOException {
        Path other = Files.writeString(directory.resolve("other"), "other");
        assertFalse(locks.rename(file, other));
        assertEquals("other", Files.readString(other));
        assertTrue(locks.rename(file, directory.resolve("new")));
        assertFalse(locks.rename(file, directory.resolve("newer")));
        assertEquals("text", Files.readString(directory.resolve("new")));
    }

    @Test
    void aLifeLockExcludesASecondOneInTheSameProcess() throws IpcException {
        try (LifeLock first = lives.tryLock(NAME, "first")) {
            assertNotNull(first);
            assertNull(lives.tryLock(NAME, "second"));
            assertEquals("first", lives.note(NAME));
            assertEquals(List.of(NAME), lives.list());
        }
        assertEquals(List.of(), lives.list());
        lives.removeIfEmpty();
        assertFalse(Files.exists(directory.resolve("locks")));
    }

    @Test
    void aWatchSeesALockWithoutTakingIt() throws IpcException {
        LifeLock lock = lives.tryLock(NAME, "");
        try (LockWatch watch = lives.watch(NAME)) {
            assertTrue(watch.isHeld());
            lock.close();
            assertFalse(watch.isHeld());
            watch.awaitRelease();
        }
    }

    @Test
    void theLockOfADeadProcessIsTaken() throws IOException {
        lives.tryLock(NAME, "").close();
        Files.writeString(directory.resolve("locks").resolve(NAME), "pid of the dead");
        try (LifeLock lock = lives.tryLock(NAME, "mine")) {
            assertNotNull(lock);
            assertEquals("mine", lives.note(NAME));
        }
    }
}
