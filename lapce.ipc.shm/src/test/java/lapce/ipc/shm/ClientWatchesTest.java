package lapce.ipc.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import lapce.ipc.api.IpcException;
import lapce.ipc.api.Options;
import lapce.ipc.shm.layout.LineWord;
import lapce.ipc.shm.mem.MemPlatform;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ClientWatchesTest {
    private static final int LINE = 5;

    /// Locks whose first few waits the system refuses.
    private static final class Refusing implements LockDirectory {
        private final LockDirectory locks = new MemPlatform().lockDirectory("locks");
        private final Semaphore refusals = new Semaphore(0);

        @Override
        public LockWatch watch(String name) throws IpcException {
            LockWatch watch = locks.watch(name);
            return watch == null ? null : new LockWatch() {
                @Override
                public boolean isHeld() throws IpcException {
                    return watch.isHeld();
                }

                @Override
                public String userId() {
                    return watch.userId();
                }

                @Override
                public void awaitRelease() throws IpcException {
                    if (refusals.tryAcquire()) {
                        throw new IpcException("as the test says");
                    }
                    watch.awaitRelease();
                }

                @Override
                public void close() {
                    watch.close();
                }
            };
        }

        @Override
        public LifeLock tryLock(String name, String note) throws IpcException {
            return locks.tryLock(name, note);
        }

        @Override
        public String note(String name) throws IpcException {
            return locks.note(name);
        }

        @Override
        public List<String> list() throws IpcException {
            return locks.list();
        }

        @Override
        public void delete(String name) throws IpcException {
            locks.delete(name);
        }

        @Override
        public void removeIfEmpty() throws IpcException {
            locks.removeIfEmpty();
        }
    }

    private final ControlRegion control = ControlRegion.create(new MemPlatform(), "ctl", Options.DEFAULT, 1);
    private final Refusing locks = new Refusing();
    private final Semaphore bell = new Semaphore(0);
    private final ClientWatches watches = new ClientWatches(control, locks, bell::release);

    ClientWatchesTest() throws IpcException {}

    private LifeLock join(int line) throws IpcException {
        LifeLock life = locks.tryLock(ObjectNames.clientLock(control.epoch(), line, 0), "test");
        goLive(line);
        return life;
    }

    private void goLive(int line) {
        assertTrue(control.compareAndSetOwner(line, control.ownerAcquire(line), LineWord.of(0, LineWord.LIVE)));
    }

    @Test
    void aProcessIsDeadOnceItsLockIsReleased() throws Exception {
        LifeLock life = join(LINE);
        LifeLock other = join(LINE + 1);
        watches.findNew();
        assertFalse(watches.findDead());
        life.close();
        bell.acquire();
        assertTrue(watches.findDead());
        assertTrue(watches.isDead(LINE));
        assertFalse(watches.isDead(LINE + 1));
        assertFalse(watches.findDead());
        other.close();
    }

    @Test
    void aDeathIsFoundOnceHoweverOftenTheLinesAreLookedAt() throws Exception {
        LifeLock life = join(LINE);
        watches.findNew();
        watches.findNew();
        life.close();
        bell.acquire();
        watches.findNew();
        assertTrue(watches.findDead());
        assertFalse(watches.findDead());
        assertTrue(watches.anyDead());
    }

    @Test
    void aLiveLineWithoutALockIsADeath() {
        goLive(LINE);
        watches.findNew();
        assertTrue(watches.findDead());
        assertTrue(watches.isDead(LINE));
    }

    @Test
    void aProcessThatCouldNotBeWatchedIsNotDeadAndIsWatchedAnew() throws Exception {
        locks.refusals.release();
        LifeLock life = join(LINE);
        watches.findNew();
        bell.acquire();
        assertFalse(watches.findDead());
        assertFalse(watches.isDead(LINE));
        watches.findNew();
        life.close();
        bell.acquire();
        assertTrue(watches.findDead());
        assertTrue(watches.isDead(LINE));
    }

    @Test
    void aDeadProcessKeepsItsLineWhileItOwnsASlot() throws Exception {
        goLive(LINE);
        goLive(LINE + 1);
        watches.findNew();
        watches.findDead();
        watches.releaseDead(Set.of(LINE));
        assertTrue(LineWord.isLive(control.ownerAcquire(LINE)));
        assertEquals(LineWord.of(1, LineWord.FREE), control.ownerAcquire(LINE + 1));
        assertTrue(watches.isDead(LINE));
        assertFalse(watches.isDead(LINE + 1));
        watches.releaseDead(Set.of());
        assertEquals(LineWord.of(1, LineWord.FREE), control.ownerAcquire(LINE));
        assertFalse(watches.anyDead());
    }

    @Test
    void aLineThatNoProcessCanHaveIsNotDead() {
        assertFalse(watches.isDead(-1));
        assertFalse(watches.isDead(Integer.MAX_VALUE));
    }
}
