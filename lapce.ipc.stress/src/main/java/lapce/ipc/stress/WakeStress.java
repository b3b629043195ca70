package lapce.ipc.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import lapce.ipc.shm.Barrier;
import lapce.ipc.shm.Direction;
import lapce.ipc.shm.LeaderPark;
import lapce.ipc.shm.linux.LinuxBarrier;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.J_Result;

/// Waking: who looks a last time and sleeps, and who brings something and looks whether anybody sleeps, do not both miss each other. The real
/// sides, `Waiter`, `Wakes`, `Bell` and `Leader`; the system's sleep alone is played, by a parker that knows when nobody will wake its
/// sleeper any more.
final class WakeStress {
    private static final Barrier BARRIER = LinuxBarrier.ofProcess();

    private WakeStress() {}

    /// A receiving thread that parks by itself, and a sender.
    ///
    /// - Without the fence n1b the sender's look at the armed word could come before its message.
    /// - Without the fence of w2, and with `dataArmedVolatile` as a weaker store, the receiver's look could come before its arming. On x86
    ///   the volatile store is a full fence by itself, so that both must be gone for the test to fail.
    @JCStressTest
    @State
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "it has the message")
    @Outcome(id = "-2", expect = FORBIDDEN, desc = "it sleeps, and there is a message")
    @Outcome(expect = FORBIDDEN, desc = "another message")
    public static class Data {
        private final Meeting meeting = new Meeting();
        private final Direction direction = new Direction(null);

        @Actor
        public void send() {
            meeting.come();
            direction.send(1);
            direction.leave();
        }

        @Actor
        public void receive(J_Result r) {
            meeting.come();
            r.r1 = direction.receive();
        }
    }

    /// A sender that waits for room as a poller does, told by its leader, and a receiver that makes room.
    ///
    /// - Without the fence n1b the receiver's look at the armed word could come before its consumed position.
    /// - Without the fence of w2, and with `spaceArmedVolatile` as a weaker store, the sender's look could come before its arming.
    /// - `wantedOpaque` behind the arming could let the receiver see the arming, and an old position with it. The fence of w2 comes behind both, so
    ///   that the sender then sees the room when it looks.
    @JCStressTest
    @State
    @Outcome(id = "4", expect = ACCEPTABLE, desc = "it has room")
    @Outcome(id = "-2", expect = FORBIDDEN, desc = "it sleeps, and there is room")
    @Outcome(expect = FORBIDDEN, desc = "it was woken for nothing")
    public static class Room {
        private final Meeting meeting = new Meeting();
        private final Direction direction = full(new Direction(null));

        @Actor
        public void receive() {
            meeting.come();
            direction.poll();
            direction.leave();
        }

        @Actor
        public void send(J_Result r) {
            meeting.come();
            r.r1 = direction.sendWithin(4);
        }
    }

    /// As [Data], but the receiver was busy before: the sender has no fence, and the receiver makes a barrier instead. Real ones, on Linux.
    ///
    /// Without that barrier the sender's look at the armed word could come before its message, as without n1b. Since who has made one looks once more, a
    /// millisecond later (ADR 18), that is not seen here; without either it is.
    @JCStressTest
    @State
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "it has the message")
    @Outcome(id = "-2", expect = FORBIDDEN, desc = "it sleeps, and there is a message")
    @Outcome(expect = FORBIDDEN, desc = "another message")
    public static class DataOfBusy {
        private final Meeting meeting = new Meeting();
        private final Direction direction = new Direction(BARRIER).busy();

        @Actor
        public void send() {
            meeting.come();
            direction.send(1);
            direction.leave();
        }

        @Actor
        public void receive(J_Result r) {
            meeting.come();
            r.r1 = direction.receive();
        }
    }

    /// As [Room], but the sender was busy before.
    ///
    /// Without its barrier, and the look a millisecond later, the receiver's look at the armed word could come before its consumed position.
    @JCStressTest
    @State
    @Outcome(id = "4", expect = ACCEPTABLE, desc = "it has room")
    @Outcome(id = "-2", expect = FORBIDDEN, desc = "it sleeps, and there is room")
    @Outcome(expect = FORBIDDEN, desc = "it was woken for nothing")
    public static class RoomOfBusy {
        private final Meeting meeting = new Meeting();
        private final Direction direction = full(new Direction(BARRIER).busy());

        @Actor
        public void receive() {
            meeting.come();
            direction.poll();
            direction.leave();
        }

        @Actor
        public void send(J_Result r) {
            meeting.come();
            r.r1 = direction.sendWithin(4);
        }
    }

    /// A leader that parks, and a process that rings for a slot.
    ///
    /// - `addReady` as a load and a store, not atomic, would be no full fence: the look at `waiting` could come before the bit.
    /// - Without the fence behind l1, and with `waitingVolatile` as a weaker store, the leader's look at the bits could come before it
    ///   says that it waits. On x86 either is enough.
    @JCStressTest
    @State
    @Outcome(id = "2", expect = ACCEPTABLE, desc = "it has the slot's bit")
    @Outcome(id = "-2", expect = FORBIDDEN, desc = "it sleeps, and there is a bit")
    @Outcome(expect = FORBIDDEN, desc = "it was woken for nothing")
    public static class OfLeader {
        private final Meeting meeting = new Meeting();
        private final LeaderPark leader = new LeaderPark();

        @Actor
        public void ring() {
            meeting.come();
            leader.ring(1);
            leader.leave();
        }

        @Actor
        public void park(J_Result r) {
            meeting.come();
            r.r1 = leader.park() ? leader.take() : Direction.OVERSLEPT;
        }
    }

    private static Direction full(Direction direction) {
        for (int number = 1; number <= 3; number++) {
            direction.send(number);
        }
        return direction;
    }
}
