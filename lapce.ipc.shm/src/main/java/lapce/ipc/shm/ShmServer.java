package lapce.ipc.shm;

import java.util.BitSet;
import java.util.concurrent.TimeUnit;
import lapce.ipc.api.ClosedException;
import lapce.ipc.api.IpcException;
import lapce.ipc.api.Options;
import lapce.ipc.api.OutOfSharedMemoryException;
import lapce.ipc.shm.layout.ControlLayout;
import lapce.ipc.shm.layout.SlotWord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The slots of one epoch: steps a1, a2 and r1 to r4. All of them are the leader's, so no two meet.
final class ShmServer implements Leader.Work {
    private static final Logger LOG = LoggerFactory.getLogger(ShmServer.class);

    /// How often all slots and lines are looked at: the net under wake-ups and under deaths between two steps.
    private static final long SCAN_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Platform platform;
    private final ObjectNames names;
    private final Options options;
    private final ControlRegion control;
    private final ShmListener listener;
    private final Bell ownBell;
    private final ClientWatches clients;
    private final SlotPool pool;
    private final WarmSlots warm;
    private final Leader leader;
    private final Streams streams;
    private final PollerPlace pollerPlace;

    private final Rescues rescues;
    private final SlotScan slotScan;
    private final BitSet postponed = new BitSet(); // slots that are open, and whose memory this process lacks the means to map

    private int joins;
    private boolean recycled; // a dead process's slot was, or it had none
    private long lastScan;
    private boolean claimSeen; // its owner is about to open it

    ShmServer(Platform platform, ObjectNames names, Options options, ControlRegion control, ShmListener listener) {
        this.platform = platform;
        this.names = names;
        this.options = options;
        this.control = control;
        this.listener = listener;
        this.ownBell = Bell.of(control, Place.SERVER_LEADER);
        this.rescues = new Rescues(names.endpoint());
        this.leader = Leader.ofServer(control, this, rescues, names.endpoint());
        this.clients = new ClientWatches(control, platform.lockDirectory(names.lockDirectory()), leader::request);
        this.streams = new Streams(options.maxSlots());
        this.pollerPlace = new PollerPlace(control, Place.SERVER_POLLER, streams, this::mine, rescues);
        this.slotScan = new SlotScan(rescues, options.maxSlots());
        this.pool = new SlotPool(control, options, names.endpoint());
        this.warm = new WarmSlots(platform, names, control, options);
        this.lastScan = System.nanoTime();
    }

    void start() throws IpcException {
        leader.start();
    }

    void stop() {
        leader.stop();
        pollerPlace.end();
    }

    /// Once the name is given up: who waits for a slot shall look again and be refused, and no region is kept for more. Any
    /// thread.
    void nameGivenUp() {
        try {
            pool.wakeWanting();
            leader.request();
        } catch (InternalError e) {
            LOG.warn("control region was truncated, who waits for a slot does so in vain: endpoint={}", names.endpoint(), e);
        }
    }

    @Override
    public long mine(int word) {
        return -1;
    }

    PollerPlace pollerPlace() {
        return pollerPlace;
    }

    /// How many wake-ups were made up for. Any thread.
    long rescued() {
        return rescues.count();
    }

    @Override
    public void ready(int slot) {
        if (slot < options.maxSlots()) {
            ShmStream stream = streams.at(slot);
            if (stream != null) {
                stream.unpark();
            }
            examine(slot);
        }
    }

    @Override
    public long round() {
        long now = System.nanoTime();
        long left = SCAN_NANOS - (now - lastScan);
        boolean scan = left <= 0;
        try {
            if (scan) {
                lastScan = now; // before what may fail, so that a failure is told once a scan
                left = SCAN_NANOS;
            }
            int joined = control.joinsAcquire(); // pairs with addJoin in Membership.takeLine
            if (scan || joined != joins) {
                joins = joined;
                clients.findNew();
            }
            if (clients.findDead()) {
                examineAll();
            }
            if (scan) {
                scan();
            }
            pool.growForWanting();
            if (recycled || scan && clients.anyDead()) {
                recycled = false;
                clients.releaseDead(pool.linesInUse());
            }
            warm();
        } catch (IpcException e) {
            LOG.warn("cannot look after clients: endpoint={}", names.endpoint(), e);
        }
        return left;
    }

    /// Last, and not while anybody waits for something else.
    private void warm() throws IpcException {
        if (control.isClosedAcquire()) { // pairs with closeRelease in Binding
            warm.giveBack();
        }
        while (warm.isShort(pool.open()) && !leader.isAsked()) {
            warm.makeOne(pool.open());
            pool.wakeWanting(); // nobody could claim that slot meanwhile
        }
    }

    private void scan() {
        boolean isShort = false; // of what the postponed need
        for (int slot = 0; slot < pool.open(); slot++) {
            long word = control.slotAcquire(slot);
            boolean isPostponed = postponed.get(slot); // nobody missed it
            if (slotScan.isMissed(slot, word, isDue(word) && !isPostponed) || isPostponed && !isShort) {
                examine(slot);
                isShort = isPostponed && postponed.get(slot);
            }
        }
    }

    private boolean isDue(long word) {
        return switch (SlotWord.stage(word)) {
            case SlotWord.CLAIMED -> isOwnerGone(word);
            case SlotWord.OPEN -> true;
            case SlotWord.ACCEPTED -> isOwnerGone(word) && SlotWord.has(word, SlotWord.SERVER_DONE);
            default -> false;
        };
    }

    private boolean isOwnerGone(long word) {
        return SlotWord.has(word, SlotWord.CLIENT_DONE) || clients.isDead(SlotWord.line(word));
    }

    @Override
    public boolean isMoreDue() {
        boolean due = claimSeen;
        claimSeen = false;
        return due;
    }

    @Override
    public void ended(@Nullable Throwable cause) {
        warm.close();
        pollerPlace.end();
        if (cause != null) {
            LOG.error("control region is unusable, its streams end: endpoint={}", names.endpoint(), cause);
            try {
                streams.forEach(ShmStream::peerGone);
            } finally {
                listener.failed();
            }
        }
    }

    private void examineAll() {
        for (int slot = 0; slot < options.maxSlots(); slot++) {
            examine(slot);
        }
        recycled = true; // a dead process may have had no slot
    }

    private void examine(int slot) {
        long word = control.slotAcquire(slot); // pairs with compareAndSetSlot in ClaimedSlot and ShmClient.release
        if (SlotWord.stage(word) == SlotWord.ACCEPTED && isOwnerGone(word)) { // whatever its region says
            ShmStream stream = streams.at(slot);
            if (stream != null) {
                stream.peerGone();
            }
        }
        claimSeen |= SlotWord.stage(word) == SlotWord.CLAIMED;
        if (isDue(word)) {
            if (SlotWord.stage(word) == SlotWord.OPEN) {
                accept(slot, word);
            } else {
                recycle(slot);
            }
        }
    }

    /// a1, a2. A client that has sent and left is accepted all the same; one whose memory is wrong is turned away. One that comes
    /// while this process lacks something waits, as in the backlog of a socket, and the next scan tries again.
    private void accept(int slot, long word) {
        int generation = SlotWord.generation(word);
        int line = SlotWord.line(word);
        if (!postponed.get(slot)) {
            pool.taken();
        }
        try {
            if (streams.at(slot) != null) { // no client can do that without damaging the word
                throw new IpcException("slot is open twice: slot=" + slot);
            }
            if (line >= ControlLayout.MAX_SLOTS) {
                throw new IpcException("slot names no process: slot=" + slot + ", line=" + line);
            }
            StreamState state = new StreamState(names.endpoint(), clients.userId(line), slot, generation);
            Connection connection = warm.take(slot, word);
            postponed.clear(slot);
            Step.CLIENT_MAPPED.reached();
            ShmStream stream = ShmStream.ofServer(
                    state,
                    connection,
                    options,
                    Wakes.ofServer(control, slot, line, pollerPlace, platform.barrier()),
                    this::closed);
            streams.put(stream);
            change(slot, SlotWord.ACCEPTED, 0);
            Step.SLOT_ACCEPTED.reached();
            if (clients.isDead(line)) {
                stream.peerGone();
            }
            if (!listener.accepted(stream)) {
                streams.remove(slot);
                connection.region().close();
                throw new ClosedException("listener is closed: endpoint=" + names.endpoint());
            }
            Step.ARRIVED.reached();
            LOG.debug("accepted: endpoint={}, slot={}, generation={}", names.endpoint(), slot, generation);
        } catch (OutOfSharedMemoryException e) {
            if (postponed.isEmpty()) { // else it was told
                LOG.warn("client waits: endpoint={}, slot={}: {}", names.endpoint(), slot, e.getMessage());
            }
            postponed.set(slot);
        } catch (IpcException e) {
            postponed.clear(slot);
            LOG.warn("client turned away: endpoint={}, slot={}: {}", names.endpoint(), slot, e.getMessage());
            change(slot, SlotWord.ACCEPTED, SlotWord.SERVER_DONE);
            if (line < ControlLayout.MAX_SLOTS) {
                Bell.of(control, Place.clientLeader(line)).ring(slot);
            }
            ownBell.ring(slot);
        }
    }

    /// c3. The leader recycles.
    private void closed(ShmStream stream) {
        streams.remove(stream.slot());
        try {
            change(stream.slot(), SlotWord.ACCEPTED, SlotWord.SERVER_DONE);
            Step.SERVER_DONE.reached();
            ownBell.ring(stream.slot());
        } catch (InternalError e) {
            LOG.warn("control region was truncated: endpoint={}", names.endpoint(), e); // it ends, and the slot with it
        } finally {
            listener.ended();
        }
    }

    /// r2, r3: the memory goes before the slot can have a new owner.
    private void recycle(int slot) {
        long word = control.slotAcquire(slot);
        int generation = SlotWord.generation(word);
        boolean wasTaken = SlotWord.stage(word) == SlotWord.ACCEPTED;
        recycled |= clients.isDead(SlotWord.line(word));
        warm.drop(slot);
        try {
            platform.unlink(names.region(control.epoch(), slot, generation));
        } catch (IpcException e) {
            LOG.warn("region stays behind: endpoint={}, slot={}", names.endpoint(), slot, e);
        }
        Step.REGION_UNLINKED.reached();
        long free = SlotWord.of(generation + 1, 0, SlotWord.FREE);
        while (!control.compareAndSetSlot(slot, word, free)) { // pairs with slotAcquire in ClaimedSlot.claim
            word = control.slotAcquire(slot); // a client that is done adds its bit
        }
        Step.SLOT_FREED.reached();
        if (wasTaken) {
            pool.freed();
        }
        pool.wakeWanting();
    }

    private void change(int slot, int stage, int bit) {
        long word;
        do {
            word = control.slotAcquire(slot);
        } while (!control.compareAndSetSlot(slot, word, SlotWord.withStage(word, stage) | bit)); // with ShmClient.ready
    }
}
