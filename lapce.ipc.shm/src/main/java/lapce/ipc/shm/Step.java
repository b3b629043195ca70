package lapce.ipc.shm;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Moments between two changes that another process can see. A process may die at any of them, so for each there is a
/// test that kills one there.
/// Without the system property a step is a comparison of constants, which the compiler removes (ADR 12).
public enum Step {
    /// A lock directory is there, and has not its name.
    LOCK_DIRECTORY_MADE,
    /// A lock is held, and its file has no name.
    LOCK_TAKEN,
    /// A lock is held, and its file has been deleted.
    LOCK_FILE_DELETED,
    /// A region has its memory, and no name.
    REGION_RESERVED,
    /// A region has its name, and nothing is written to it.
    REGION_NAMED,

    /// b1: the name is held.
    NAME_HELD,
    /// b2: what dead servers left is gone.
    SWEPT,
    /// b3: the epoch's lock is held.
    EPOCH_LOCKED,
    /// b4: the control region is written, without its magic.
    CONTROL_WRITTEN,
    /// b4: clients may join.
    CONTROL_READY,
    /// The server makes a region ahead of need, and nobody may claim the slot.
    SLOT_WARMING,
    /// The region is there, and the slot does not say so.
    WARM_REGION_READY,
    /// The slot says so.
    SLOT_WARM,
    /// There are more slots, and who waits for one does not know it.
    SLOTS_GROWN,

    /// j1: the control region is mapped.
    CONTROL_MAPPED,
    /// j2: the process's own lock is held.
    LINE_LOCKED,
    /// j3: the line is live, and the server does not know it.
    LINE_TAKEN,
    /// j3: the server was told.
    JOINED,
    /// A thread of this process is counted among those that wait for a slot.
    SLOT_WANTED,

    /// k1: the slot is claimed.
    SLOT_CLAIMED,
    /// k2: the connection's region is written, without its magic.
    CONNECTION_WRITTEN,
    /// k2: the region that the server has made is mapped.
    WARM_REGION_MAPPED,
    /// k2: the region is ready.
    CONNECTION_READY,
    /// k3: the slot is open, and the server does not know it.
    SLOT_OPENED,
    /// k3: the server was told.
    OPENING_TOLD,

    /// a1: the server has the region.
    CLIENT_MAPPED,
    /// a2: the slot is accepted, and the listener does not know it.
    SLOT_ACCEPTED,
    /// a2: the stream waits to be asked for.
    ARRIVED,

    /// A record lies in the ring, and its header does not.
    RECORD_WRITTEN,
    /// A whole record lies at the ring's start, and the padding before it does not.
    RECORD_BEHIND_PADDING,
    /// n1: the record has its header, and nobody was woken.
    PUBLISHED,
    /// n5: who waited was woken.
    WOKEN,
    /// A message's first fragments are published, and not its last.
    FRAGMENT_PUBLISHED,
    /// A message was handed out, and its room is not given back.
    HANDED_OUT,
    /// A fragment was joined, and its room is not given back.
    FRAGMENT_JOINED,
    /// The consumed position covers it, and nobody was woken.
    CONSUMED,
    /// w2: a waiting thread has armed its word, and does not sleep yet.
    ARMED,

    /// The direction's end was said, and nobody was woken.
    OUTPUT_ENDED,
    /// c1: this end's output is closed.
    OUTPUT_CLOSED,
    /// c1: this end's input is closed too, and nobody was woken.
    INPUT_CLOSED,
    /// c1: the peer was told.
    CLOSE_TOLD,
    /// c2: the memory is given back.
    UNMAPPED,
    /// c3: the client is done with its slot, and the server does not know it.
    CLIENT_DONE,
    /// c3: the server is done with a slot, and its leader does not know it.
    SERVER_DONE,

    /// r2: the region's name is gone, and the slot not free.
    REGION_UNLINKED,
    /// r3: the slot is free, and who waits for one does not know it.
    SLOT_FREED,
    /// r4: a dead process's lock file is gone, and its line not free.
    LINE_LOCK_DELETED,
    /// r4: its line is free.
    LINE_FREED,

    /// The name is being given up: the control region says so.
    NAME_CLOSED,
    /// The control region has no name.
    CONTROL_UNLINKED,
    /// The name is given up, and streams live on.
    NAME_FREED,
    /// The epoch's lock is free, and its objects are there.
    EPOCH_FREED,
    /// Its regions are gone, and its lock files are there.
    REGIONS_SWEPT;

    /// Names the step to stop at.
    public static final String PROPERTY = "lapce.ipc.shm.stopAt";

    private static final Logger LOG = LoggerFactory.getLogger(Step.class);
    private static final @Nullable String STOP_AT = System.getProperty(PROPERTY);

    /// The calling thread has come so far. It comes no further if the property names this step.
    public void reached() {
        if (STOP_AT != null && STOP_AT.equals(name())) {
            stop();
        }
    }

    /// Until the process is killed.
    private void stop() {
        LOG.warn("stopped as its property asks: {}={}", PROPERTY, this);
        for (;;) {
            LockSupport.park();
        }
    }
}
