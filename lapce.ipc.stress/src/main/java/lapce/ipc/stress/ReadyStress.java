package lapce.ipc.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import lapce.ipc.shm.LeaderPark;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;
import org.openjdk.jcstress.infra.results.J_Result;

/// Ready bits, which lie 64 in a word: the real `Bell`, `ReadyBits` and `ControlRegion`.
final class ReadyStress {
    private static final int FIRST = 0;
    private static final int SECOND = 1;
    private static final int SENT = 1;

    private ReadyStress() {}

    /// Two processes ring for two slots: no bit is lost.
    ///
    /// `addReady` as a load and a store, not atomic, would lose one.
    @JCStressTest
    @State
    @Outcome(id = "3", expect = ACCEPTABLE, desc = "both")
    @Outcome(expect = FORBIDDEN, desc = "a bit was lost")
    public static class TwoRing {
        private final Meeting meeting = new Meeting();
        private final LeaderPark leader = new LeaderPark();

        @Actor
        public void ringFirst() {
            meeting.come();
            leader.ring(FIRST);
        }

        @Actor
        public void ringSecond() {
            meeting.come();
            leader.ring(SECOND);
        }

        @Arbiter
        public void take(J_Result r) {
            r.r1 = leader.take();
        }
    }

    /// One rings for a slot while the leader takes the bit of another: each bit is taken once.
    ///
    /// - `addReady` as a load and a store would bring a bit back that was taken, or lose its own.
    /// - `takeReady` as a load and a store would lose the new one.
    @JCStressTest
    @State
    @Outcome(id = {"3, 0", "1, 2"}, expect = ACCEPTABLE, desc = "both, at once or one after the other")
    @Outcome(expect = FORBIDDEN, desc = "a bit was lost, or taken twice")
    public static class RingAndTake {
        private final Meeting meeting = new Meeting();
        private final LeaderPark leader = new LeaderPark();

        public RingAndTake() {
            leader.ring(FIRST);
        }

        @Actor
        public void ring() {
            meeting.come();
            leader.ring(SECOND);
        }

        @Actor
        public void take(JJ_Result r) {
            meeting.come();
            r.r1 = leader.take();
        }

        @Arbiter
        public void takeRest(JJ_Result r) {
            r.r2 = leader.take();
        }
    }

    /// Who takes the bit sees what it was set for.
    ///
    /// `addReady` as an opaque or plain atomic or could be seen before it, and `takeReady` as one could come after the look. On x86 an atomic
    /// change is a full fence however it is called.
    @JCStressTest
    @State
    @Outcome(id = {"0, 0", "0, 1", "2, 1"}, expect = ACCEPTABLE, desc = "no bit yet, or what it was set for")
    @Outcome(expect = FORBIDDEN, desc = "told of something that is not there")
    public static class Told {
        private final Meeting meeting = new Meeting();
        private final LeaderPark leader = new LeaderPark();
        private final Ring ring = new Ring(64);

        @Actor
        public void send() {
            meeting.come();
            ring.offer(SENT, Long.BYTES);
            leader.ring(SECOND);
        }

        @Actor
        public void look(JJ_Result r) {
            meeting.come();
            r.r1 = leader.take();
            ring.poll(1);
            r.r2 = ring.received(0);
        }
    }
}
