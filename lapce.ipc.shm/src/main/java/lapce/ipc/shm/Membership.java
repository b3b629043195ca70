package lapce.ipc.shm;

import lapce.ipc.api.IpcException;
import lapce.ipc.api.NoFreeSlotException;
import lapce.ipc.api.NoSuchEndpointException;
import lapce.ipc.shm.layout.ControlLayout;
import lapce.ipc.shm.layout.LineWord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a client process holds of one epoch: steps j1 to j3.
///
/// @param locks the endpoint's lock directory
/// @param control the epoch's control region
/// @param watch sees whether the server lives
/// @param line the line that is this process's
/// @param life this process's own lock
record Membership(LockDirectory locks, ControlRegion control, LockWatch watch, int line, LifeLock life) {
    private static final Logger LOG = LoggerFactory.getLogger(Membership.class);

    static Membership join(Platform platform, ObjectNames names) throws IpcException {
        ControlRegion control = ControlRegion.open(platform, names.control()); // j1
        if (control == null) {
            throw noServer(platform, names);
        }
        LockDirectory locks = platform.lockDirectory(names.lockDirectory());
        LockWatch watch = null;
        Membership joined = null;
        try {
            Step.CONTROL_MAPPED.reached();
            watch = locks.watch(ObjectNames.serverLock(control.epoch()));
            if (watch == null || !watch.isHeld()) {
                throw noServer(platform, names);
            }
            Membership taken = takeLine(locks, control, watch, names);
            if (taken.isServingOrLeave()) {
                joined = taken;
                return joined;
            }
            throw noServer(platform, names);
        } finally {
            if (joined == null) {
                if (watch != null) {
                    watch.close();
                }
                control.close();
            }
        }
    }

    /// The server may have swept before the lock file was there: what came behind the sweep goes again.
    private boolean isServingOrLeave() throws IpcException {
        boolean serving = false;
        try {
            serving = isServing();
            return serving;
        } finally {
            if (!serving) {
                leave();
            }
        }
    }

    /// j2, j3: the lock comes first, so a live line implies that it was locked.
    private static Membership takeLine(LockDirectory locks, ControlRegion control, LockWatch watch, ObjectNames names)
            throws IpcException {
        for (int line = 0; line < ControlLayout.MAX_SLOTS; line++) {
            long owner = control.ownerAcquire(line);
            if (LineWord.isLive(owner)) {
                continue;
            }
            int generation = LineWord.generation(owner);
            LifeLock life = locks.tryLock(ObjectNames.clientLock(control.epoch(), line, generation), Binding.note());
            if (life == null) {
                continue;
            }
            Membership taken = null;
            try {
                Step.LINE_LOCKED.reached();
                if (control.compareAndSetOwner(line, owner, LineWord.of(generation, LineWord.LIVE))) { // pairs with findNew
                    Step.LINE_TAKEN.reached();
                    control.clearWantSlot(line);
                    control.addJoin();
                    Bell.of(control, Place.SERVER_LEADER).ring();
                    Step.JOINED.reached();
                    taken = new Membership(locks, control, watch, line, life);
                    return taken;
                }
            } finally {
                if (taken == null) {
                    life.close();
                    locks.removeIfEmpty(); // the server may have swept before
                }
            }
        }
        throw new NoFreeSlotException("too many client processes: endpoint=" + names.endpoint() + ", processes="
                + ControlLayout.MAX_SLOTS + "; end some of them");
    }

    /// Whether new connections make sense: the server lives, and has not given up its name to another.
    boolean isServing() throws IpcException {
        return !control.isClosedAcquire() && watch.isHeld();
    }

    /// Blocks the calling thread until the server is gone.
    void awaitServerEnd() {
        try {
            watch.awaitRelease();
        } catch (IpcException e) {
            LOG.error("cannot watch the server, its streams end", e);
        }
    }

    /// The process ends, or its server has.
    void leave() {
        try {
            life.close();
            locks.removeIfEmpty();
        } catch (IpcException e) {
            LOG.warn("lock stays behind: line={}", line, e);
        }
    }

    /// Nothing uses this any more, not even the thread that awaited the server's end.
    void close() {
        watch.close();
        control.close();
    }

    private static NoSuchEndpointException noServer(Platform platform, ObjectNames names) {
        String others = platform.othersWith(names.controlBehindOwner());
        return new NoSuchEndpointException("no such endpoint: endpoint=" + names.endpoint()
                + "; start the program that binds it, with the same user or group, and session"
                + (others.isEmpty() ? "" : "; others have one of that name: " + others));
    }
}
