package lapce.ipc.shm.macos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import lapce.ipc.api.IpcException;
import lapce.ipc.shm.FileLockDirectory;
import lapce.ipc.shm.FileLocks;
import lapce.ipc.shm.LifeLock;
import lapce.ipc.shm.LockDirectory;
import lapce.ipc.shm.LockWatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/// Life locks over flock(2), and the directory that macOS and Windows share.
@EnabledIf("lapce.ipc.shm.macos.Simulation#isAvailable")
class FlockLocksTest {
    private static final String NAME = "server.lock";
    private static final int ROUNDS = 300;
    private static final int RACERS = 4;

    private Path directory;
    private LockDirectory locks;

    @BeforeEach
    void open() throws IOException {
        directory = Simulation.freshDirectory();
        locks = locks(directory);
    }

    private static LockDirectory locks(Path directory) throws IpcException {
        return new MacPlatform(Simulation.libc(), directory).lockDirectory("locks");
    }

    /// A process that holds a lock until it is killed.
    static final class Holder {
        private Holder() {}

        public static void main(String[] arguments) throws Exception {
            LifeLock lock = locks(Path.of(arguments[0])).tryLock(NAME, "pid " + ProcessHandle.current().pid());
            System.out.println(lock == null ? "not held" : "held");
            Thread.currentThread().join();
        }
    }

    @Test
    void aLockExcludesAndGoesWithItsFile() throws IOException {
        try (LifeLock lock = locks.tryLock(NAME, "pid 7")) {
            assertNotNull(lock);
            assertNull(locks.tryLock(NAME, "pid 8"));
            assertTrue(locks.isHeld(NAME));
            assertEquals("pid 7", locks.note(NAME));
            assertEquals(List.of(NAME), locks.list());
            locks.removeIfEmpty();
            assertEquals(List.of(NAME), locks.list());
        }
        assertFalse(locks.isHeld(NAME));
        assertEquals("", locks.note(NAME));
        locks.removeIfEmpty();
        assertFalse(Files.exists(directory.resolve("locks")));
        locks.tryLock(NAME, "again").close();
    }

    @Test
    void theDeathOfTheHolderIsAwaitedAndSeen() throws Exception {
        Process holder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp", System.getProperty("java.class.path"),
                        Holder.class.getName(), directory.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (var said = holder.inputReader()) {
            assertEquals("held", said.readLine());
            assertNull(locks.tryLock(NAME, "other"));
            try (LockWatch watch = locks.watch(NAME)) {
                assertTrue(watch.isHeld());
                AtomicReference<Exception> failure = new AtomicReference<>();
                Thread waiting = Thread.ofPlatform().start(() -> {
                    try {
                        watch.awaitRelease();
                    } catch (IpcException e) {
                        failure.set(e);
                    }
                });
                assertTrue(watch.isHeld());
                holder.destroyForcibly();
                waiting.join();
                assertNull(failure.get());
                assertFalse(watch.isHeld());
            }
            assertTrue(Files.exists(directory.resolve("locks").resolve(NAME)), "left by the dead");
            try (LifeLock next = locks.tryLock(NAME, "next")) {
                assertNotNull(next);
                assertEquals("next", locks.note(NAME));
            }
            assertEquals(List.of(), locks.list());
        } finally {
            holder.destroyForcibly().waitFor();
        }
    }

    /// Who looks takes a shared lock for a moment, on what a dead holder has left.
    @Test
    void whoLooksIsNotTakenForAHolder() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger looks = new AtomicInteger();
        Files.createDirectories(directory.resolve("locks"));
        Path file = directory.resolve("locks").resolve(NAME);
        Files.createFile(file);
        List<Thread> looking = List.of(looking(over, looks), looking(over, looks));
        try {
            for (int i = 0; i < ROUNDS; i++) {
                LifeLock lock = locks.tryLock(NAME, "round " + i);
                assertNotNull(lock, "taken by one who looks: round=" + i);
                lock.close();
                Files.createFile(file); // as a dead holder leaves it
            }
        } finally {
            over.set(true);
            for (Thread thread : looking) {
                thread.join();
            }
        }
        assertTrue(looks.get() > 0);
    }

    private Thread looking(AtomicBoolean over, AtomicInteger looks) {
        return Thread.ofPlatform().start(() -> {
            while (!over.get()) {
                try {
                    locks.isHeld(NAME);
                    looks.incrementAndGet();
                } catch (IpcException e) {
                    throw new IllegalStateException(e);
                }
            }
        });
    }

    @Test
    void oneOfManyGetsIt() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            Queue<LifeLock> held = new ConcurrentLinkedQueue<>();
            List<Thread> racing = new ArrayList<>();
            for (int i = 0; i < RACERS; i++) {
                racing.add(Thread.ofPlatform().start(() -> {
                    try {
                        LifeLock lock = locks.tryLock(NAME, "racer");
                        if (lock != null) {
                            held.add(lock);
                        }
                    } catch (IpcException e) {
                        throw new IllegalStateException(e);
                    }
                }));
            }
            for (Thread thread : racing) {
                thread.join();
            }
            assertEquals(1, held.size());
            held.remove().close();
        }
    }

    /// Between the open of a dead one's file and the lock on it.
    @Test
    void whoIsLateDeletesNobodysFile() throws IOException {
        Path place = directory.resolve("locks");
        Files.createDirectories(place);
        Files.createFile(place.resolve(NAME));
        FlockLocks system = new FlockLocks(Simulation.libc());
        LifeLock[] faster = new LifeLock[1];
        LockDirectory late = new FileLockDirectory(place, "0", new Delegating(system) {
            @Override
            public boolean tryLock(long file, boolean exclusive) throws IpcException {
                if (faster[0] == null) {
                    faster[0] = locks.tryLock(NAME, "faster");
                }
                return super.tryLock(file, exclusive);
            }
        });
        assertNull(late.tryLock(NAME, "late"));
        assertNotNull(faster[0]);
        assertTrue(locks.isHeld(NAME));
        assertEquals("faster", locks.note(NAME));
        faster[0].close();
    }

    /// Nobody sees a file of that name that is not locked: he would take its holder for dead.
    @Test
    void aFileIsLockedBeforeItHasItsName() throws IOException {
        Path place = directory.resolve("locks");
        FlockLocks system = new FlockLocks(Simulation.libc());
        AtomicBoolean named = new AtomicBoolean();
        LockDirectory watched = new FileLockDirectory(place, "0", new Delegating(system) {
            @Override
            public boolean rename(Path file, Path to) throws IpcException {
                long other = system.open(file);
                assertFalse(system.tryLock(other, false));
                system.close(other);
                named.set(true);
                return super.rename(file, to);
            }
        });
        watched.tryLock(NAME, "x").close();
        assertTrue(named.get());
    }

    private static class Delegating implements FileLocks {
        private final FileLocks system;

        Delegating(FileLocks system) {
            this.system = system;
        }

        @Override
        public long open(Path file) throws IpcException {
            return system.open(file);
        }

        @Override
        public boolean tryLock(long file, boolean exclusive) throws IpcException {
            return system.tryLock(file, exclusive);
        }

        @Override
        public void awaitSharedLock(long file) throws IpcException {
            system.awaitSharedLock(file);
        }

        @Override
        public void unlock(long file) throws IpcException {
            system.unlock(file);
        }

        @Override
        public boolean isNamed(long file) throws IpcException {
            return system.isNamed(file);
        }

        @Override
        public boolean rename(Path file, Path to) throws IpcException {
            return system.rename(file, to);
        }

        @Override
        public void close(long file) {
            system.close(file);
        }
    }

    /// Made by one who was killed before it got its name.
    @Test
    void whatIsUnfinishedGoesWithTheDirectory() throws IOException {
        locks.tryLock(NAME, "x").close();
        Files.createDirectories(directory.resolve("locks"));
        Files.createFile(directory.resolve("locks").resolve(NAME + "~1234"));
        assertEquals(List.of(), locks.list());
        locks.removeIfEmpty();
        assertFalse(Files.exists(directory.resolve("locks")));
    }
}
