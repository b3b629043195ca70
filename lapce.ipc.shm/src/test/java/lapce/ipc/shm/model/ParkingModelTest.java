package lapce.ipc.shm.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Parking in the kernel, as futexes do it: of a thread at the count of its slot, and of a leader whom two processes
/// wake. A process that notifies may be killed at any step.
class ParkingModelTest {
    /// What the protocol needs.
    enum Part {
        /// The fence between publishing and the look at the armed word.
        N1_FENCE,
        /// The count before the wake: who is about to park does not then.
        N5_COUNT,
        /// The fence between arming and the look.
        W2_FENCE,
        /// A new number for each arming.
        W2_NUMBER,
        /// The look behind the arming.
        W3_LOOK
    }

    @Test
    void noWakeOfAThreadAtItsOwnCountIsLost() {
        assertComplete(new Direct(EnumSet.allOf(Part.class), false));
    }

    @Test
    void whatAKilledProducerPublishedIsReceivedBeforeItsEnd() {
        assertComplete(new Direct(EnumSet.allOf(Part.class), true));
    }

    @ParameterizedTest
    @EnumSource
    void withoutOnePartAWakeIsLost(Part part) {
        Explorer model = new Direct(EnumSet.complementOf(EnumSet.of(part)), false).explore();
        assertTrue(model.lost() > 0, "no wake is lost, states=" + model.states());
    }

    @Test
    void noWakeOfAPollerAtItsOwnPlaceIsLost() {
        assertComplete(new AtPlace(EnumSet.allOf(Part.class), true));
    }

    @ParameterizedTest
    @EnumSource
    void withoutOnePartAWakeOfAPollerIsLost(Part part) {
        Explorer model = new AtPlace(EnumSet.complementOf(EnumSet.of(part)), true).explore();
        assertTrue(model.lost() > 0, "no wake is lost, states=" + model.states());
    }

    @Test
    void aPollerThatParksWithoutALookAtItsBitsLosesAWake() {
        assertTrue(new AtPlace(EnumSet.allOf(Part.class), false).explore().lost() > 0);
    }

    @Test
    void aKilledWakerLosesNoOthersWake() {
        assertComplete(new Line(false));
    }

    @Test
    void aFlagThatItsReaderClearsLosesAnothersWakeWhenTheReaderIsKilled() {
        Explorer model = new Line(true).explore();
        assertTrue(model.lost() > 0, "no wake is lost, states=" + model.states());
    }

    private static void assertComplete(Explorer model) {
        model.explore();
        assertEquals(0, model.lost(), "states=" + model.states());
        assertTrue(model.ended() > 0 && model.states() > 100, "states=" + model.states());
    }

    /// The parker of the seam: a count of wakes, and who sleeps at it.
    private abstract static class Parking extends Explorer {
        static final int COUNT = 0;
        static final int SLEEPING = 1;

        private static final int SEEN = 3; // the last variable of a thread that parks

        Parking(int words, int threads) {
            super(words, threads, SEEN + 1);
        }

        /// What the count is before everything else is looked at.
        static void see(Machine m) {
            m.set(SEEN, m.load(COUNT));
        }

        /// Steps 80 to 81 of a thread that unparks.
        static int unpark(Machine m, int at, boolean counts, int next) {
            if (at == 80) {
                if (counts) {
                    m.exchange(COUNT, m.word(COUNT) + 1);
                }
                return 81;
            }
            m.setWord(SLEEPING, 0); // the system call
            return next;
        }

        /// Steps 90 and 91 of a thread that parks.
        static int park(Machine m, int at, int next) {
            if (at == 90) { // the system call compares and sleeps at once
                m.fence();
                if (m.word(COUNT) != m.get(SEEN)) {
                    return next;
                }
                m.setWord(SLEEPING, 1);
                return 91;
            }
            return m.word(SLEEPING) == 1 ? BLOCKED : next;
        }
    }

    /// A producer of two messages, a consumer that parks by itself, and, if asked for, a kill of the producer with the watch that
    /// tells of it.
    private static final class Direct extends Parking {
        private static final int POSITION = 2;
        private static final int ARMED = 3;
        private static final int GONE = 4;
        private static final int WORDS = 5;

        private static final int PRODUCER = 0;
        private static final int CONSUMER = 1;

        private static final int A = 0;
        private static final int B = 1;
        private static final int C = 2;
        private static final int MESSAGES = 2;

        private final Set<Part> parts;
        private final boolean kills;

        Direct(Set<Part> parts, boolean kills) {
            super(WORDS, 3);
            this.parts = parts;
            this.kills = kills;
        }

        @Override
        int step(Machine m, int thread, int at) {
            return switch (thread) {
                case PRODUCER -> publish(m, at);
                case CONSUMER -> receive(m, at);
                default -> kills ? kill(m, at) : DONE;
            };
        }

        /// A: published; B: armed; C: rung.
        private int publish(Machine m, int at) {
            return switch (at) {
                case 0 -> {
                    m.store(POSITION, m.add(A, 1)); // n1
                    yield 1;
                }
                case 1 -> fenceIf(m, Part.N1_FENCE, 2);
                case 2 -> {
                    m.set(B, m.load(ARMED)); // n2
                    yield m.get(B) == 0 || m.get(B) == m.get(C) ? 4 : 80;
                }
                case 3 -> {
                    m.set(C, m.get(B)); // n6
                    yield 4;
                }
                case 4 -> m.get(A) == MESSAGES ? DONE : 0;
                default -> unpark(m, at, parts.contains(Part.N5_COUNT), 3); // n5
            };
        }

        /// A: received; B: number; C: position seen.
        private int receive(Machine m, int at) {
            boolean looks = parts.contains(Part.W3_LOOK);
            return switch (at) {
                case 0 -> {
                    see(m);
                    m.store(ARMED, parts.contains(Part.W2_NUMBER) ? m.add(B, 1) : 1); // w2
                    yield 1;
                }
                case 1 -> fenceIf(m, Part.W2_FENCE, looks ? 2 : 90);
                case 2 -> { // w3
                    m.set(C, m.load(POSITION));
                    yield m.get(C) > m.get(A) ? 4 : 3;
                }
                case 3 -> m.load(GONE) == 1 ? 5 : looks ? 90 : 0;
                case 4 -> {
                    m.set(A, m.get(C));
                    m.store(ARMED, 0);
                    yield m.get(A) == MESSAGES ? DONE : 0;
                }
                case 5 -> { // the end, unless something came before it
                    m.set(C, m.load(POSITION));
                    yield m.get(C) > m.get(A) ? 4 : DONE;
                }
                default -> park(m, at, looks ? 0 : 2); // w4
            };
        }

        /// The producer's end, and what the leader of the consumer's process makes of it.
        private static int kill(Machine m, int at) {
            return switch (at) {
                case 0 -> {
                    m.jump(PRODUCER, DONE);
                    yield 1;
                }
                case 1 -> {
                    if (!m.isDrained(PRODUCER)) {
                        yield BLOCKED;
                    }
                    m.exchange(GONE, 1);
                    yield 80;
                }
                default -> unpark(m, at, true, DONE);
            };
        }

        private int fenceIf(Machine m, Part part, int next) {
            if (parts.contains(part)) {
                m.fence();
            }
            return next;
        }

        @Override
        boolean isEnd(Machine m) {
            return m.at(CONSUMER) == DONE && m.of(CONSUMER, A) == m.word(POSITION);
        }
    }

    /// A producer of three messages, and a poller that parks at its own place: it arms the stream (w2, w3) in its turn, and parks (l1 to
    /// l3) when no bit is set.
    private static final class AtPlace extends Parking {
        private static final int POSITION = 2;
        private static final int ARMED = 3;
        private static final int READY = 4;
        private static final int WAITING = 5;
        private static final int WORDS = 6;

        private static final int PRODUCER = 0;
        private static final int POLLER = 1;

        private static final int A = 0;
        private static final int B = 1;
        private static final int C = 2;
        private static final int MESSAGES = 3;

        private final Set<Part> parts;
        private final boolean looksAtBits;

        AtPlace(Set<Part> parts, boolean looksAtBits) {
            super(WORDS, 2);
            this.parts = parts;
            this.looksAtBits = looksAtBits;
        }

        @Override
        int step(Machine m, int thread, int at) {
            return thread == PRODUCER ? publish(m, at) : poll(m, at);
        }

        /// A: published; B: armed; C: rung.
        private int publish(Machine m, int at) {
            return switch (at) {
                case 0 -> {
                    m.store(POSITION, m.add(A, 1)); // n1
                    yield 1;
                }
                case 1 -> {
                    if (parts.contains(Part.N1_FENCE)) {
                        m.fence();
                    }
                    yield 2;
                }
                case 2 -> {
                    m.set(B, m.load(ARMED)); // n2
                    yield m.get(B) == 0 || m.get(B) == m.get(C) ? 5 : 3;
                }
                case 3 -> {
                    m.exchange(READY, 1); // n4
                    yield 4;
                }
                case 4 -> m.load(WAITING) != 0 ? 80 : 6; // n5
                case 5 -> m.get(A) == MESSAGES ? DONE : 0;
                case 6 -> {
                    m.set(C, m.get(B)); // n6
                    yield 5;
                }
                default -> unpark(m, at, parts.contains(Part.N5_COUNT), 6);
            };
        }

        /// A: received; B: number.
        private int poll(Machine m, int at) {
            return switch (at) {
                case 0 -> { // a turn
                    m.set(A, m.load(POSITION));
                    yield m.get(A) == MESSAGES ? DONE : 1;
                }
                case 1 -> {
                    m.store(ARMED, parts.contains(Part.W2_NUMBER) ? m.add(B, 1) % 8 + 1 : 1); // w2
                    yield 2;
                }
                case 2 -> {
                    if (parts.contains(Part.W2_FENCE)) {
                        m.fence();
                    }
                    yield 3;
                }
                case 3 -> parts.contains(Part.W3_LOOK) && m.load(POSITION) > m.get(A) ? 4 : 5; // w3
                case 4 -> {
                    m.store(ARMED, 0);
                    yield 0;
                }
                case 5 -> {
                    see(m);
                    m.store(WAITING, 1); // l1
                    yield 6;
                }
                case 6 -> {
                    m.fence();
                    yield 7;
                }
                case 7 -> looksAtBits && m.load(READY) != 0 ? 8 : 90; // l2
                case 8 -> {
                    m.store(WAITING, 0); // l3
                    yield 9;
                }
                case 9 -> m.exchange(READY, 0) != 0 ? 0 : 5; // l4
                default -> park(m, at, 8);
            };
        }

        @Override
        boolean isEnd(Machine m) {
            return m.at(POLLER) == DONE;
        }
    }

    /// Two processes that ring one leader (n4, n5 against l1 to l4), of which one is killed.
    private static final class Line extends Parking {
        private static final int WAITING = 2;
        private static final int READY = 3; // of each process
        private static final int TAKEN = 5; // of the second
        private static final int WORDS = 6;

        private static final int LEADER = 2;
        private static final int KILLER = 3;

        private final boolean readerClears;

        Line(boolean readerClears) {
            super(WORDS, 4);
            this.readerClears = readerClears;
        }

        @Override
        int step(Machine m, int thread, int at) {
            return switch (thread) {
                case LEADER -> lead(m, at);
                case KILLER -> {
                    m.jump(0, DONE);
                    yield DONE;
                }
                default -> ring(m, READY + thread, at);
            };
        }

        private int ring(Machine m, int ready, int at) {
            return switch (at) {
                case 0 -> {
                    m.exchange(ready, 1); // n4
                    yield 1;
                }
                case 1 -> m.load(WAITING) == 0 ? DONE : readerClears ? 2 : 80; // n5
                case 2 -> {
                    m.exchange(WAITING, 0);
                    yield 80;
                }
                default -> unpark(m, at, true, DONE);
            };
        }

        private static int lead(Machine m, int at) {
            return switch (at) {
                case 0 -> {
                    see(m);
                    m.store(WAITING, 1); // l1
                    yield 1;
                }
                case 1 -> {
                    m.fence();
                    yield 2;
                }
                case 2 -> m.load(READY) + m.load(READY + 1) != 0 ? 3 : 90; // l2
                case 3 -> {
                    m.store(WAITING, 0); // l3
                    yield 4;
                }
                case 4 -> {
                    m.exchange(READY, 0); // l4
                    yield 5;
                }
                case 5 -> {
                    if (m.exchange(READY + 1, 0) != 0) {
                        m.setWord(TAKEN, 1);
                    }
                    yield 0;
                }
                default -> park(m, at, 3);
            };
        }

        @Override
        boolean isEnd(Machine m) {
            return m.word(TAKEN) == 1;
        }
    }
}
