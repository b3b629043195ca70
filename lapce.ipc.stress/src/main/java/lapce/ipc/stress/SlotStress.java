package lapce.ipc.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import lapce.ipc.shm.Slots;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.IIII_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/// Slots: the real `ClaimedSlot`, `SlotPool`, `WantingThreads` and `ControlRegion`.
final class SlotStress {
    private SlotStress() {}

    /// Two clients claim: each gets a slot of its own, whose word names it.
    ///
    /// `compareAndSetSlot` as a load and a store, not atomic, would let both have the same one.
    @JCStressTest
    @State
    @Outcome(id = {"0, 1, 5, 6", "1, 0, 6, 5"}, expect = ACCEPTABLE, desc = "one each")
    @Outcome(expect = FORBIDDEN, desc = "both have the same, or one has none")
    public static class Claim {
        private final Meeting meeting = new Meeting();
        private final Slots slots = Slots.two();

        @Actor
        public void claim5(IIII_Result r) {
            meeting.come();
            r.r1 = slots.claim(5);
        }

        @Actor
        public void claim6(IIII_Result r) {
            meeting.come();
            r.r2 = slots.claim(6);
        }

        @Arbiter
        public void owners(IIII_Result r) {
            r.r3 = slots.owner(0);
            r.r4 = slots.owner(1);
        }
    }

    /// A client opens its slot that the server takes back, since it takes the client for dead: the slot is free at last.
    ///
    /// `compareAndSetSlot` as a load and a store, or a plain write of the new word, would let the late client have a slot that is another's by
    /// then.
    @JCStressTest
    @State
    @Outcome(id = {"0, -1", "1, -1"}, expect = ACCEPTABLE, desc = "it was too late, or just not")
    @Outcome(expect = FORBIDDEN, desc = "it has a slot that is another's")
    public static class TakenBack {
        private final Meeting meeting = new Meeting();
        private final Slots slots = Slots.two();
        private final int slot = slots.claim(5);

        @Actor
        public void client(II_Result r) {
            meeting.come();
            r.r1 = slots.open(slot, 5) ? 1 : 0;
        }

        @Actor
        public void server() {
            meeting.come();
            slots.recycle(slot);
        }

        @Arbiter
        public void owner(II_Result r) {
            r.r2 = slots.owner(slot);
        }
    }

    /// A client that finds no slot says so and looks once more; a server opens one and looks whether anybody wants it.
    ///
    /// - Without the fence in `SlotPool.wakeWanting` the look at `wants` could come before the new number of slots.
    /// - Without the fence in `ShmClient.awaitSlot`, and with `addWants` as a weaker addition, the look at the slots could come before it. On x86
    ///   the atomic addition is a full fence.
    @JCStressTest
    @State
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "it has the new slot")
    @Outcome(id = "-1", expect = FORBIDDEN, desc = "it sleeps, and there is a slot")
    @Outcome(expect = FORBIDDEN, desc = "another slot")
    public static class Wanted {
        private final Meeting meeting = new Meeting();
        private final Slots slots = Slots.growing();

        @Actor
        public void server() {
            meeting.come();
            slots.grow();
        }

        @Actor
        public void client(I_Result r) {
            meeting.come();
            r.r1 = slots.await();
        }
    }
}
