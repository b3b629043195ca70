package lapce.ipc.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Mode;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.Signal;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJJ_Result;
import org.openjdk.jcstress.infra.results.JJ_Result;
import org.openjdk.jcstress.infra.results.J_Result;

/// The ring: the real `RingProducer`, `RingConsumer`, `RingControl` and `RecordHeader`.
final class RingStress {
    private static final int CAPACITY = 64;

    private RingStress() {}

    /// Publishing, into a ring full of old records: the consumer sees whole messages, in order, and nothing behind them.
    ///
    /// - `RecordHeader.writeRelease` as a plain store could be seen before the message's bytes, or before the cleared header behind it.
    /// - `RecordHeader.readAcquire` as an opaque load could come after the loads of the bytes.
    ///   Neither shows on x86, which keeps stores in order, and loads.
    /// - Without `clearOpaque`, or with it behind `writeRelease`, an old header is taken for a new one.
    @JCStressTest
    @State
    @Outcome(id = {"0, 0, 0", "1, 0, 0", "1, 2, 0"}, expect = ACCEPTABLE, desc = "so many have come")
    @Outcome(expect = FORBIDDEN, desc = "torn, old or out of order")
    public static class Publish {
        private final Meeting meeting = new Meeting();
        private final Ring ring = new Ring(CAPACITY).lap(CAPACITY);

        @Actor
        public void produce() {
            meeting.come();
            ring.offer(1, Long.BYTES);
            ring.offer(2, Long.BYTES);
        }

        @Actor
        public void consume(JJJ_Result r) {
            meeting.come();
            ring.poll(3);
            r.r1 = ring.received(0);
            r.r2 = ring.received(1);
            r.r3 = ring.received(2);
        }
    }

    /// The padding at the ring's end publishes the record at its start, too.
    ///
    /// The padding's header, written before the record's or as a plain store, could be seen first: the consumer would go on at the ring's
    /// start and find an old record there.
    @JCStressTest
    @State
    @Outcome(id = {"0, 0", "1, 0"}, expect = ACCEPTABLE, desc = "it has come, or not yet")
    @Outcome(expect = FORBIDDEN, desc = "torn or old")
    public static class Wrap {
        private final Meeting meeting = new Meeting();
        private final Ring ring = new Ring(CAPACITY).lap(CAPACITY + CAPACITY - 16);

        @Actor
        public void produce() {
            meeting.come();
            ring.offer(1, 16); // 24 bytes, where 16 are left
        }

        @Actor
        public void consume(JJ_Result r) {
            meeting.come();
            ring.poll(2);
            r.r1 = ring.received(0);
            r.r2 = ring.received(1);
        }
    }

    /// Room is given back after the message was handed out, and not used before: the producer, whose cached position says that there is
    /// none, asks for the consumer's once, and then writes over the message.
    ///
    /// - `consumedRelease` as a plain store, or called before the handler, could let the loads of the message come after it.
    /// - `consumedAcquire` as a plain load could let the stores of the new message come before it. x86 keeps a load before later stores.
    /// - A claim that leaves no place for the header behind the record would clear the one that the consumer reads next.
    @JCStressTest
    @State
    @Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "what was there before")
    @Outcome(expect = FORBIDDEN, desc = "one was written over, or lost")
    public static class Room {
        private final Meeting meeting = new Meeting();
        private final Ring ring = new Ring(CAPACITY).lap(CAPACITY);

        public Room() {
            ring.offer(1, 24); // 32 of 64 bytes
            ring.offer(2, 8); // 16 more
        }

        @Actor
        public void produce() {
            meeting.come();
            ring.offer(3, 8); // to the ring's end; for the header behind it the first message must be consumed
            ring.offer(4, 8); // in the place of the first one
        }

        @Actor
        public void consume(JJ_Result r) {
            meeting.come();
            ring.poll(1);
            ring.poll(1);
            r.r1 = ring.received(0);
            r.r2 = ring.received(1);
        }
    }

    /// Many laps, with records of different lengths: positions that either end keeps for itself are never ahead of what they stand for. It
    /// ends early if one end does not run.
    ///
    /// What would fail is what would fail in the tests above; here all of it comes together, and room runs out.
    @JCStressTest
    @State
    @Outcome(id = "\\d+, 0", expect = ACCEPTABLE, desc = "as they were sent")
    @Outcome(expect = FORBIDDEN, desc = "one is torn, lost, old or out of order")
    public static class Laps {
        private final Meeting meeting = new Meeting();
        private static final int MESSAGES = 24;
        private static final int TRIES = 2000;

        private final Ring ring = new Ring(CAPACITY);

        @Actor
        public void produce() {
            meeting.come();
            int tries = TRIES;
            for (int sent = 0; sent < MESSAGES && tries > 0; tries--) {
                if (ring.offer(sent + 1, Long.BYTES * (1 + sent % 3))) {
                    sent++;
                    tries = TRIES;
                }
            }
        }

        @Actor
        public void consume(JJ_Result r) {
            meeting.come();
            long wrong = 0;
            int tries = TRIES;
            for (int count = 0; count < MESSAGES && tries > 0; tries--) {
                if (ring.poll(1) == 1) {
                    wrong += ring.received(count & 3) == count + 1 ? 0 : 1;
                    count++;
                    tries = TRIES;
                }
            }
            r.r1 = ring.count();
            r.r2 = wrong;
        }
    }

    /// Who looks again and again sees a message at last.
    ///
    /// `RecordHeader.readAcquire` as a plain load need not be repeated by the compiler, which may move it out of the loop; it was not seen to.
    @JCStressTest(Mode.Termination)
    @Outcome(id = "TERMINATED", expect = ACCEPTABLE, desc = "seen")
    @Outcome(id = "STALE", expect = FORBIDDEN, desc = "never seen")
    @State
    public static class Seen {
        private final Ring ring = new Ring(CAPACITY);

        @Actor
        public void consume() {
            while (ring.poll(1) == 0) {}
        }

        @Signal
        public void produce() {
            ring.offer(1, Long.BYTES);
        }
    }
}
