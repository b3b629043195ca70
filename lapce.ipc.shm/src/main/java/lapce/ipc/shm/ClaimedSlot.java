package lapce.ipc.shm;

import lapce.ipc.api.IncompatibleLayoutException;
import lapce.ipc.api.IpcException;
import lapce.ipc.shm.layout.SlotWord;
import org.jspecify.annotations.Nullable;

/// A slot that this client has claimed, with its region: steps k1 and k2.
///
/// @param slot its number
/// @param region the name of its memory
/// @param connection its memory
/// @param word the slot's word, as it was claimed
/// @param open the slot's word once it is open
record ClaimedSlot(int slot, String region, Connection connection, long word, long open) {
    private static final int[] ORDER = {SlotWord.WARM, 0, SlotWord.WARM}; // one may have become warm meanwhile
    private static final int[] ORDER_OF_OTHERS = {0, SlotWord.WARM, 0};

    /// k1. A client that wants the rings that are made ahead of need takes a warm slot before any other, and one that does not
    /// leaves them.
    ///
    /// @return the slot, or -1 if none is free
    static int claim(ControlRegion control, int line, int ringBytes) {
        for (int bits : ringBytes == control.warmRingBytes() ? ORDER : ORDER_OF_OTHERS) {
            int slot = claimWith(control, line, bits);
            if (slot >= 0) {
                return slot;
            }
        }
        return -1;
    }

    /// The claim is attributable at once: it names this process's line.
    private static int claimWith(ControlRegion control, int line, int bits) {
        int open = control.slotsAcquire(); // pairs with slotsRelease in SlotPool.grow
        for (int slot = 0; slot < open; slot++) {
            long word = control.slotAcquire(slot); // pairs with compareAndSetSlot in ShmServer.recycle and WarmSlots
            if (SlotWord.stage(word) == SlotWord.FREE && SlotWord.has(word, SlotWord.WARM) == (bits != 0)) {
                long claimed = SlotWord.of(SlotWord.generation(word), line, SlotWord.CLAIMED | bits);
                if (control.compareAndSetSlot(slot, word, claimed)) { // pairs with slotAcquire in ShmServer.examine
                    Step.SLOT_CLAIMED.reached();
                    return slot;
                }
            }
        }
        return -1;
    }

    /// k2. A slot whose region cannot be made is given back.
    static ClaimedSlot make(Platform platform, ObjectNames names, ControlRegion control, int slot, int ringBytes)
            throws IpcException {
        long word = control.slotAcquire(slot);
        int generation = SlotWord.generation(word);
        String region = names.region(control.epoch(), slot, generation);
        Connection.Identity identity = new Connection.Identity(control.epoch(), slot, generation);
        long open = SlotWord.withStage(word, SlotWord.OPEN);
        ClaimedSlot made = null;
        try {
            Connection warm = SlotWord.has(word, SlotWord.WARM) ? warmed(platform, region, identity, ringBytes) : null;
            if (warm != null) {
                made = new ClaimedSlot(slot, region, warm, word, open);
                Step.WARM_REGION_MAPPED.reached();
            } else {
                Connection own = Connection.create(platform, region, identity, ringBytes);
                made = new ClaimedSlot(slot, region, own, word, SlotWord.without(open, SlotWord.WARM));
                Step.CONNECTION_READY.reached();
            }
            return made;
        } finally {
            if (made == null) {
                giveBack(control, slot, word);
            }
        }
    }

    static void giveBack(ControlRegion control, int slot, long word) {
        control.compareAndSetSlot(slot, word, word | SlotWord.CLIENT_DONE); // pairs with slotAcquire in ShmServer.examine
    }

    /// Instead of k3. The server removes the region.
    void giveBack(ControlRegion control) {
        connection.region().close();
        giveBack(control, slot, word);
    }

    /// What the server has made, or null, with the name free, if it is not as this client wants it or is there no more.
    private static @Nullable Connection warmed(Platform platform, String region, Connection.Identity identity, int ringBytes)
            throws IpcException {
        try {
            Connection connection = Connection.open(platform, region, identity);
            if (connection.ringBytes() == ringBytes) {
                return connection;
            }
            connection.region().close();
        } catch (IncompatibleLayoutException e) {
            // the server has ended, which k3 finds, or another client has damaged it
        }
        platform.unlink(region);
        return null;
    }

    int generation() {
        return SlotWord.generation(word);
    }

    /// Whether the server has taken the client, which it may have done just before it gave up the name. It may have closed its end, too; where it
    /// turns a client away, nobody has had that end to close.
    boolean isAccepted(ControlRegion control) {
        long now = control.slotAcquire(slot); // pairs with compareAndSetSlot in ShmServer.change
        return SlotWord.generation(now) == generation()
                && SlotWord.stage(now) == SlotWord.ACCEPTED
                && (!SlotWord.has(now, SlotWord.SERVER_DONE) || connection.serverToClient().outputClosedAcquire());
    }

    /// k3.
    ///
    /// @return false if the server has taken the slot back, which it does when it takes this process for dead
    boolean open(ControlRegion control) {
        return control.compareAndSetSlot(slot, word, open); // pairs with slotAcquire in ShmServer.examine
    }
}
