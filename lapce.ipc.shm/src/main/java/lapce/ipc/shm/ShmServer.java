package lapce.ipc.shm;

import java.lang.invoke.VarHandle;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import lapce.ipc.api.ClosedException;
import lapce.ipc.api.IpcException;
import lapce.ipc.api.Options;
import lapce.ipc.shm.layout.ControlLayout;
import lapce.ipc.shm.layout.SlotWord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The slots of one epoch: steps a1, a2 and r1 to r4. All of them are the leader's, so no two meet.
final class ShmServer implements Leader.Work {
    private static final Logger LOG = LoggerFactory.getLogger(ShmServer.class);

    /// How often the locks of client processes are probed: a death is noticed within this time.
    private static final long PROBE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /// How often all slots and lines are looked at, for what a client that died between two steps left without a ring.
    private static final long SCAN_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Platform platform;
    private final ObjectNames names;
    private final Options options;
    private final ControlRegion control;
    private final ShmListener listener;
    private final Bell ownBell;
    private final ClientWatches clients;
    private final Leader leader;
    private final AtomicReferenceArray<ShmStream> streams;

    private int joins;
    private long lastProbe;
    private long lastScan;

    ShmServer(Platform platform, ObjectNames names, Options options, ControlRegion control, ShmListener listener) {
        this.platform = platform;
        this.names = names;
        this.options = options;
        this.control = control;
        this.listener = listener;
        this.ownBell = Bell.ofServer(control);
        this.clients = new ClientWatches(control, platform.lockDirectory(names.lockDirectory()));
        this.streams = new AtomicReferenceArray<>(options.slots());
        this.leader = Leader.ofServer(control, this, names.endpoint());
        this.lastScan = System.nanoTime();
        this.lastProbe = lastScan;
    }

    void start() {
        leader.start();
    }

    void stop() {
        leader.stop();
    }

    @Override
    public long mine(int word) {
        return -1;
    }

    @Override
    public void ready(int slot) {
        if (slot < options.slots()) {
            examine(slot);
        }
    }

    @Override
    public long round() {
        try {
            long now = System.nanoTime();
            boolean scan = now - lastScan >= SCAN_NANOS;
            if (scan) {
                lastScan = now; // before what may fail, so that a failure is told once a scan
            }
            int joined = control.joinsAcquire(); // pairs with addJoin in Membership.takeLine
            if (scan || joined != joins) {
                joins = joined;
                scan |= clients.findNew();
            }
            boolean probe = now - lastProbe >= PROBE_NANOS;
            if (probe) {
                lastProbe = now;
            }
            if (scan || probe && clients.findDead()) {
                examineAll();
            }
        } catch (IpcException e) {
            LOG.warn("cannot look after clients: endpoint={}", names.endpoint(), e);
        }
        return clients.isEmpty() ? SCAN_NANOS : PROBE_NANOS;
    }

    @Override
    public void ended(Throwable cause) {
        clients.close();
        if (cause != null) {
            LOG.error("control region is unusable, its streams end: endpoint={}", names.endpoint(), cause);
            for (int slot = 0; slot < streams.length(); slot++) {
                ShmStream stream = streams.get(slot);
                if (stream != null) {
                    stream.peerGone();
                }
            }
            listener.failed();
        }
    }

    private void examineAll() throws IpcException {
        Set<Integer> linesInUse = new HashSet<>();
        for (int slot = 0; slot < streams.length(); slot++) {
            examine(slot);
            long word = control.slotAcquire(slot);
            if (SlotWord.stage(word) != SlotWord.FREE) {
                linesInUse.add(SlotWord.line(word));
            }
        }
        clients.releaseDead(linesInUse);
    }

    private void examine(int slot) {
        long word = control.slotAcquire(slot);
        boolean ownerGone = SlotWord.has(word, SlotWord.CLIENT_DONE) || clients.isDead(SlotWord.line(word));
        switch (SlotWord.stage(word)) {
            case SlotWord.CLAIMED -> {
                if (ownerGone) {
                    recycle(slot);
                }
            }
            case SlotWord.OPEN -> accept(slot, word);
            case SlotWord.ACCEPTED -> {
                ShmStream stream = streams.get(slot);
                if (stream != null && clients.isDead(SlotWord.line(word))) {
                    stream.peerGone();
                } else if (stream != null) {
                    stream.unpark();
                }
                if (ownerGone && SlotWord.has(word, SlotWord.SERVER_DONE)) {
                    recycle(slot);
                }
            }
            default -> {
                // free: the bit was left by an earlier owner
            }
        }
    }

    /// a1, a2. A client that has sent and left is accepted all the same; one whose memory is wrong is turned away.
    private void accept(int slot, long word) {
        int generation = SlotWord.generation(word);
        int line = SlotWord.line(word);
        try {
            if (streams.get(slot) != null) { // no client can do that without damaging the word
                throw new IpcException("slot is open twice: slot=" + slot);
            }
            if (line >= ControlLayout.MAX_SLOTS) {
                throw new IpcException("slot names no process: slot=" + slot + ", line=" + line);
            }
            String name = names.region(control.epoch(), slot, generation);
            Connection.Identity identity = new Connection.Identity(control.epoch(), slot, generation);
            Connection connection = Connection.open(platform, name, identity);
            Bell peer = Bell.ofClient(control, line);
            ShmStream stream = ShmStream.ofServer(
                    new StreamState(names.endpoint(), slot), connection, options, peer, this::closed);
            streams.set(slot, stream);
            change(slot, SlotWord.ACCEPTED, 0);
            if (clients.isDead(line)) {
                stream.peerGone();
            }
            if (!listener.accepted(stream)) {
                streams.set(slot, null);
                connection.region().close();
                throw new ClosedException("listener is closed: endpoint=" + names.endpoint());
            }
            LOG.debug("accepted: endpoint={}, slot={}, generation={}", names.endpoint(), slot, generation);
        } catch (IpcException e) {
            LOG.warn("client turned away: endpoint={}, slot={}: {}", names.endpoint(), slot, e.getMessage());
            change(slot, SlotWord.ACCEPTED, SlotWord.SERVER_DONE);
            if (line < ControlLayout.MAX_SLOTS) {
                Bell.ofClient(control, line).ring(slot);
            }
            ownBell.ring(slot);
        }
    }

    /// c3. The leader recycles.
    private void closed(ShmStream stream) {
        streams.set(stream.slot(), null);
        try {
            change(stream.slot(), SlotWord.ACCEPTED, SlotWord.SERVER_DONE);
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
        try {
            platform.unlink(names.region(control.epoch(), slot, generation));
        } catch (IpcException e) {
            LOG.warn("region stays behind: endpoint={}, slot={}", names.endpoint(), slot, e);
        }
        while (!control.compareAndSetSlot(slot, word, SlotWord.of(generation + 1, 0, SlotWord.FREE))) {
            word = control.slotAcquire(slot); // a client that is done adds its bit
        }
        wakeWanting();
    }

    /// Once the name is given up: who waits for a slot shall look again and be refused. Any thread.
    void refuseWanting() {
        try {
            wakeWanting();
        } catch (InternalError e) {
            LOG.warn("control region was truncated, who waits for a slot does so in vain: endpoint={}", names.endpoint(), e);
        }
    }

    /// A client counts itself in `wants` before it looks at the slots once more, so one of us sees the other.
    private void wakeWanting() {
        VarHandle.fullFence(); // what they wait for comes before the look; pairs with the fence in ShmClient.awaitSlot
        if (control.wantsAcquire() == 0) {
            return;
        }
        for (int line = 0; line < ControlLayout.MAX_SLOTS; line++) {
            if (control.wantSlotAcquire(line) != 0) { // pairs with addWantSlot in ShmClient.awaitSlot
                Bell.ofClient(control, line).ring();
            }
        }
    }

    private void change(int slot, int stage, int bit) {
        long word;
        do {
            word = control.slotAcquire(slot);
        } while (!control.compareAndSetSlot(slot, word, SlotWord.withStage(word, stage) | bit));
    }
}
