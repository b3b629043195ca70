package lapce.ipc.shm;

import java.lang.invoke.VarHandle;
import lapce.ipc.api.Options;
import lapce.ipc.shm.layout.ControlLayout;
import lapce.ipc.shm.layout.SlotWord;

/// The slots of an endpoint, of which no connection is made, for the stress tests.
public final class Slots {
    private final ControlRegion control;
    private final Bed leader; // of the client with line 0
    private final SlotPool pool;
    private final WantingThreads wanting;

    private Slots(long byteSize, int open, int most) {
        Words words = new Words(byteSize);
        control = words.control();
        control.slotsRelease(open);
        leader = words.parker(Place.clientLeader(0).wakes());
        pool = new SlotPool(control, Options.DEFAULT.withSlots(open, most), "stress");
        wanting = new WantingThreads(control, 0);
    }

    /// Two slots, and no lines.
    ///
    /// @return fresh ones
    public static Slots two() {
        return new Slots(Words.SMALL, 2, 2);
    }

    /// One slot, which is taken, and may become two; and lines.
    ///
    /// @return fresh ones
    public static Slots growing() {
        Slots slots = new Slots(ControlLayout.LAYOUT.byteSize(), 1, 2);
        slots.claim(0);
        return slots;
    }

    /// k1.
    ///
    /// @param line of the client
    /// @return the slot, or -1
    public int claim(int line) {
        return ClaimedSlot.claim(control, line, Options.MIN_RING_BYTES);
    }

    /// Whose a slot is.
    ///
    /// @param slot its number
    /// @return a line, or -1 if it is free
    public int owner(int slot) {
        long word = control.slotAcquire(slot);
        return SlotWord.stage(word) == SlotWord.FREE ? -1 : SlotWord.line(word);
    }

    /// What a client does that was slow: k3 of its claim.
    ///
    /// @param slot its number
    /// @param line of the client
    /// @return false if the slot is not its any more
    public boolean open(int slot, int line) {
        long claimed = SlotWord.of(0, line, SlotWord.CLAIMED);
        return new ClaimedSlot(slot, "", null, claimed, SlotWord.withStage(claimed, SlotWord.OPEN)).open(control);
    }

    /// What the server does that takes the client for dead; as `ShmServer.recycle`, which needs a whole server.
    ///
    /// @param slot its number
    public void recycle(int slot) {
        long word = control.slotAcquire(slot);
        long free = SlotWord.of(SlotWord.generation(word) + 1, 0, SlotWord.FREE);
        while (!control.compareAndSetSlot(slot, word, free)) {
            word = control.slotAcquire(slot);
        }
    }

    /// The server has taken a client, and opens slots.
    public void grow() {
        pool.taken();
        leader.leave();
    }

    /// What a client does that found no slot: says so, and looks once more; as `ShmClient.awaitSlot`, which needs a whole client.
    ///
    /// @return a slot, or -1 if it would sleep for ever
    public int await() {
        int seen = leader.wakes();
        wanting.add();
        VarHandle.fullFence();
        int slot = claim(0);
        try {
            if (slot < 0) {
                leader.park(seen, Long.MAX_VALUE);
                slot = claim(0);
            }
            return slot;
        } catch (Bed.Overslept e) {
            return -1;
        }
    }
}
