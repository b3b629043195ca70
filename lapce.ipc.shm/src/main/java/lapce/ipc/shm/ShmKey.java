package lapce.ipc.shm;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import lapce.ipc.api.Poller;
import org.jspecify.annotations.Nullable;

/// One watched stream or listener of a [ShmPoller].
final class ShmKey implements Poller.Key {
    private final ShmPoller poller;
    private final Pollable pollable;
    private final Poller.Action action;
    private final AtomicBoolean queued = new AtomicBoolean(); // told or ready, and not run since
    private final Runnable bell = this::tell;
    @Nullable ShmKey next; // on the poller's stack, and published with its top
    private boolean armed; // of the poller's thread, as are the next two
    private boolean roomArmed;
    private boolean wantsRoom;
    private volatile boolean cancelled;

    ShmKey(ShmPoller poller, Pollable pollable, Poller.Action action) {
        this.poller = poller;
        this.pollable = pollable;
        this.action = action;
    }

    /// @return false if another key does already
    boolean watch() {
        return pollable.watcher().set(bell);
    }

    PollerPlace place() {
        return pollable.place();
    }

    /// From any thread: there may be something.
    void tell() {
        if (!queued.getAndSet(true)) {
            poller.push(this);
        }
    }

    /// Whether something is there of which nobody has told. For the poller's thread.
    boolean isMissed() {
        return !queued.get() && !cancelled && pollable.isOpen() && (pollable.isReady() || wantsRoom && pollable.hasRoom());
    }

    /// For the poller's thread.
    void tellIfMissed() {
        if (isMissed()) {
            pollable.place().rescues().add("a poller");
            tell();
        }
    }

    /// @return false if nothing was there, so that the action was not run
    boolean run() throws IOException {
        queued.getAndSet(false); // a full fence: what is told from here on has another turn
        if (cancelled || !pollable.isOpen()) {
            cancel();
            return false;
        }
        boolean due = pollable.isReady() || wantsRoom && pollable.hasRoom();
        try {
            if (due) {
                disarm();
                action.onReady();
            }
        } finally {
            settle();
        }
        return due;
    }

    /// Only what this key has armed: the sending side may be another thread's.
    private void disarm() {
        if (armed) {
            pollable.disarm();
            armed = false;
        }
        if (roomArmed) {
            pollable.disarmRoom();
            roomArmed = false;
        }
        wantsRoom = false;
    }

    /// What is left has another turn; else whoever brings more tells. Armed anew even if there was nothing: a peer may have
    /// told late of what was taken before, and does not tell twice under one number.
    private void settle() {
        if (cancelled) {
            return;
        }
        armed = pollable.arm(poller.told(pollable));
        roomArmed = wantsRoom && pollable.armRoom();
        if (!armed || wantsRoom && !roomArmed) {
            haveAnotherTurn();
        }
    }

    private void haveAnotherTurn() {
        if (!queued.getAndSet(true)) {
            poller.enqueue(this);
        }
    }

    @Override
    public void wantRoom(int length) throws IOException {
        pollable.wantRoom(length);
        wantsRoom = true;
        haveAnotherTurn(); // which arms: this may be another key's action
    }

    @Override
    public void cancel() {
        cancelled = true;
        poller.remove(this);
        pollable.watcher().clear(bell);
    }
}
