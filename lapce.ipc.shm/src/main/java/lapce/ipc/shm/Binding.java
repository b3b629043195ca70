package lapce.ipc.shm;

import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import lapce.ipc.api.EndpointInUseException;
import lapce.ipc.api.IpcException;
import lapce.ipc.api.Options;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a server holds while its name is bound: steps b1 to b4, and their undoing.
final class Binding {
    private static final Logger LOG = LoggerFactory.getLogger(Binding.class);
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

    private final Platform platform;
    private final ObjectNames names;
    private final LockDirectory locks;
    private final Remains remains;
    private final LifeLock bindLock;
    private final LifeLock serverLock;
    private final ControlRegion control;

    private Binding(Platform platform, ObjectNames names, LifeLock bindLock, Options options) throws IpcException {
        this.platform = platform;
        this.names = names;
        this.locks = platform.lockDirectory(names.lockDirectory());
        this.bindLock = bindLock;
        this.remains = new Remains(platform, names);
        Step.NAME_HELD.reached();
        remains.sweepDead(); // b2
        sweepEarlierBoots();
        Step.SWEPT.reached();
        long epoch = RANDOM.nextLong();
        LifeLock lock = locks.tryLock(ObjectNames.serverLock(epoch), note()); // b3
        if (lock == null) {
            throw new IpcException("lock of a new epoch is held: endpoint=" + names.endpoint() + "; bind again");
        }
        this.serverLock = lock;
        ControlRegion created = null;
        try {
            Step.EPOCH_LOCKED.reached();
            platform.unlink(names.control()); // b4
            created = ControlRegion.create(platform, names.control(), options, epoch);
            Step.CONTROL_READY.reached();
        } finally {
            if (created == null) {
                serverLock.close();
            }
        }
        this.control = created;
    }

    /// Nobody uses those, so that what cannot be removed is no reason not to bind.
    private void sweepEarlierBoots() {
        try {
            for (Remains earlier : remains.ofEarlierBoots()) {
                earlier.sweepIfDead();
            }
        } catch (IpcException e) {
            LOG.warn("what an earlier start of the machine left stays: endpoint={}", names.endpoint(), e);
        }
    }

    static Binding bind(Platform platform, ObjectNames names, Options options) throws IpcException {
        LockDirectory locks = platform.lockDirectory(names.lockDirectory());
        LifeLock bindLock = takeName(locks, new Remains(platform, names)); // b1
        if (bindLock == null) {
            throw new EndpointInUseException("endpoint in use: endpoint=" + names.endpoint() + ", held by "
                    + locks.note(ObjectNames.BIND_LOCK) + "; choose another name or end that process");
        }
        Binding bound = null;
        try {
            bound = new Binding(platform, names, bindLock, options);
            return bound;
        } finally {
            if (bound == null) {
                bindLock.close();
                locks.removeIfEmpty();
            }
        }
    }

    /// Who holds a name and no server's lock is binding, cleaning up or dying, and will soon hold both or none.
    private static @Nullable LifeLock takeName(LockDirectory locks, Remains remains) throws IpcException {
        long start = System.nanoTime();
        for (;;) {
            LifeLock bindLock = locks.tryLock(ObjectNames.BIND_LOCK, note());
            if (bindLock != null || remains.isAnyServerAlive() || System.nanoTime() - start > PATIENCE_NANOS) {
                return bindLock;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /// For people only; what decides is the lock.
    static String note() {
        return "pid " + ProcessHandle.current().pid();
    }

    ControlRegion control() {
        return control;
    }

    /// Gives up the name; the epoch lives on.
    void releaseName() throws IpcException {
        try {
            control.closeRelease(); // pairs with isClosedAcquire in Membership.isServing
            Step.NAME_CLOSED.reached();
        } catch (InternalError e) {
            LOG.warn("control region was truncated: endpoint={}", names.endpoint(), e); // it goes all the same
        }
        try {
            platform.unlink(names.control());
            Step.CONTROL_UNLINKED.reached();
        } finally {
            bindLock.close();
        }
        Step.NAME_FREED.reached();
    }

    /// Ends the epoch. The lock goes first: a client that creates something after the sweep looks at the lock behind
    /// that, and removes it.
    void end() throws IpcException {
        serverLock.close();
        Step.EPOCH_FREED.reached();
        remains.sweep(control.epoch());
        locks.removeIfEmpty();
    }
}
