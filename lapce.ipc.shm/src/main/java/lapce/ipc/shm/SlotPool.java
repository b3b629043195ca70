package lapce.ipc.shm;

import java.lang.invoke.VarHandle;
import java.util.HashSet;
import java.util.Set;
import lapce.ipc.api.Options;
import lapce.ipc.shm.layout.ControlLayout;
import lapce.ipc.shm.layout.SlotWord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How many slots an endpoint has open, and who waits for one. For the leader's thread, but for [#wakeWanting].
final class SlotPool {
    private static final Logger LOG = LoggerFactory.getLogger(SlotPool.class);

    private final ControlRegion control;
    private final String endpoint;
    private final int most;
    private int open; // as the control region says
    private int taken; // accepted and not recycled

    SlotPool(ControlRegion control, Options options, String endpoint) {
        this.control = control;
        this.endpoint = endpoint;
        this.most = options.maxSlots();
        this.open = options.slots();
    }

    int open() {
        return open;
    }

    /// One more is. Opens others when three quarters are, so that no client has to wait for it.
    void taken() {
        taken++;
        if (taken >= open - open / 4) {
            grow();
        }
    }

    void freed() {
        taken--;
    }

    /// Clients came faster than slots were opened. They ring after they have counted themselves.
    void growForWanting() {
        if (control.wantsAcquire() > 0) { // pairs with addWants in WantingThreads
            grow();
        }
    }

    private void grow() {
        if (open < most) {
            open = Math.min(most, 2 * open);
            control.slotsRelease(open); // pairs with slotsAcquire in ClaimedSlot.claim
            Step.SLOTS_GROWN.reached();
            wakeWanting();
            LOG.debug("slots opened: endpoint={}, slots={}", endpoint, open);
        }
    }

    /// The lines of the processes that own a slot.
    Set<Integer> linesInUse() {
        Set<Integer> lines = new HashSet<>();
        for (int slot = 0; slot < most; slot++) {
            long word = control.slotAcquire(slot);
            if (SlotWord.stage(word) != SlotWord.FREE && SlotWord.stage(word) != SlotWord.WARMING) {
                lines.add(SlotWord.line(word));
            }
        }
        return lines;
    }

    /// A client counts itself in `wants` before it looks at the slots once more, so one of us sees the other. Any thread.
    void wakeWanting() {
        VarHandle.fullFence(); // what they wait for comes before the look; pairs with the fence in ShmClient.awaitSlot
        if (control.wantsAcquire() == 0) {
            return;
        }
        for (int line = 0; line < ControlLayout.MAX_SLOTS; line++) {
            if (control.wantSlotAcquire(line) != 0) { // pairs with addWantSlot in WantingThreads
                Bell.of(control, Place.clientLeader(line)).ring();
            }
        }
    }
}
