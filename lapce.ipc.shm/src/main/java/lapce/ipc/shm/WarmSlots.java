package lapce.ipc.shm;

import lapce.ipc.api.IpcException;
import lapce.ipc.api.Options;
import lapce.ipc.shm.layout.SlotWord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Regions that the server makes before a client asks for them, since making one is much of the time of a `connect`. They
/// are those of the first free slots, under the names that a client would choose. For the leader's thread.
final class WarmSlots {
    private static final Logger LOG = LoggerFactory.getLogger(WarmSlots.class);

    /// Making a larger region would keep the leader from its streams for more than half a millisecond.
    private static final long LARGEST = 2 << 20;

    private final Platform platform;
    private final ObjectNames names;
    private final ControlRegion control;
    private final int ringBytes;
    private final int most;
    private final @Nullable Made[] made;
    private int count;
    private int triedWith; // so many slots were open when there was no slot or no memory for one more; else 0

    /// One region that nobody has used yet.
    private record Made(int generation, Connection connection) {}

    WarmSlots(Platform platform, ObjectNames names, ControlRegion control, Options options) {
        this.platform = platform;
        this.names = names;
        this.control = control;
        this.ringBytes = options.ringBytes();
        this.most = Connection.byteSize(ringBytes) > LARGEST ? 0 : Math.min(options.warmSlots(), options.maxSlots());
        this.made = new Made[options.maxSlots()];
    }

    /// Whether one more can be made, as far as is known.
    ///
    /// @param open how many slots are
    boolean isShort(int open) {
        return count < most && triedWith != open && !control.isClosedAcquire(); // pairs with closeRelease in Binding
    }

    /// Makes the region of the first free slot that has none.
    void makeOne(int open) {
        for (int slot = 0; slot < open; slot++) {
            long word = control.slotAcquire(slot); // pairs with compareAndSetSlot in ClaimedSlot.claim
            if (SlotWord.stage(word) == SlotWord.FREE && made[slot] == null) {
                long warming = SlotWord.withStage(word, SlotWord.WARMING);
                if (control.compareAndSetSlot(slot, word, warming)) {
                    Step.SLOT_WARMING.reached();
                    boolean isMade = make(slot, SlotWord.generation(word));
                    Step.WARM_REGION_READY.reached();
                    control.compareAndSetSlot(slot, warming, isMade ? word | SlotWord.WARM : word); // pairs with ClaimedSlot.claim
                    Step.SLOT_WARM.reached();
                    triedWith = isMade ? 0 : open;
                    return;
                }
            }
        }
        triedWith = open;
    }

    /// Memory that is not there is not needed yet: the client's own attempt will say what is missing.
    private boolean make(int slot, int generation) {
        try {
            String name = names.region(control.epoch(), slot, generation);
            Connection.Identity identity = new Connection.Identity(control.epoch(), slot, generation);
            made[slot] = new Made(generation, Connection.create(platform, name, identity, ringBytes));
            count++;
            return true;
        } catch (IpcException e) {
            LOG.debug("no region ahead of need: endpoint={}, slot={}", names.endpoint(), slot, e);
            return false;
        }
    }

    /// Step a1: the slot's region, now the caller's, be it this one or the client's.
    Connection take(int slot, long word) throws IpcException {
        int generation = SlotWord.generation(word);
        Made taken = made[slot];
        if (SlotWord.has(word, SlotWord.WARM) && taken != null && taken.generation == generation) {
            made[slot] = null;
            count--;
            return taken.connection;
        }
        drop(slot);
        String name = names.region(control.epoch(), slot, generation);
        return Connection.open(platform, name, new Connection.Identity(control.epoch(), slot, generation));
    }

    /// A client has made its own, or is done before it opened; a new attempt may find what was missing.
    void drop(int slot) {
        triedWith = 0;
        if (made[slot] != null) {
            made[slot].connection.region().close();
            made[slot] = null;
            count--;
        }
    }

    /// No client comes any more: what no client has claimed goes, names included.
    void giveBack() throws IpcException {
        for (int slot = 0; count > 0 && slot < made.length; slot++) {
            if (made[slot] != null) {
                int generation = made[slot].generation;
                long word = SlotWord.of(generation, 0, SlotWord.FREE | SlotWord.WARM);
                long warming = SlotWord.withStage(word, SlotWord.WARMING);
                if (control.compareAndSetSlot(slot, word, warming)) { // pairs with compareAndSetSlot in ClaimedSlot.claim
                    try {
                        platform.unlink(names.region(control.epoch(), slot, generation));
                    } finally {
                        drop(slot);
                        control.compareAndSetSlot(slot, warming, SlotWord.of(generation, 0, SlotWord.FREE));
                    }
                }
            }
        }
    }

    /// The leader ends; the names go with the epoch's.
    void close() {
        for (int slot = 0; slot < made.length; slot++) {
            drop(slot);
        }
    }
}
