package lapce.ipc.shm.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// No wake is lost: between a producer and a thread that waits for data, between a consumer and a thread that waits for
/// room, and between a producer and a poller; each with the leader in between. Nor is one where a barrier stands for a fence. Without any one
/// of the parts, one is.
class WakingModelTest {
    /// What the protocol needs, by the step that needs it.
    enum Part {
        /// The fence between publishing and the look at the armed word.
        N1_FENCE,
        /// The second look, after arming.
        W3_LOOK,
        /// The fence between arming and that look.
        W2_FENCE,
        /// A new number for each arming, as a peer does not ring twice for one.
        W2_NUMBER,
        /// The fence between `waiting` and the look at the ready bits.
        L1_FENCE,
        /// The look at the ready bits before parking.
        L2_LOOK,
        /// Arming anew after a wake for nothing, which a poller might think it can do without.
        POLLER_ARMS_ANEW,
        /// The mark "told" is taken off before the look and not after it.
        POLLER_UNMARKS_FIRST,
        /// The barrier of who was BUSY, which stands for the fence of who saw that.
        W2_BARRIER
    }

    private static final EnumSet<Part> OF_THREADS = EnumSet.range(Part.N1_FENCE, Part.L2_LOOK);
    private static final EnumSet<Part> OF_POLLER = EnumSet.range(Part.N1_FENCE, Part.POLLER_UNMARKS_FIRST);
    private static final EnumSet<Part> OF_BUSY = EnumSet.of(
            Part.N1_FENCE, Part.W3_LOOK, Part.W2_FENCE, Part.W2_NUMBER, Part.L1_FENCE, Part.L2_LOOK, Part.W2_BARRIER);
    private static final EnumSet<Part> OF_BUSY_POLLER = EnumSet.allOf(Part.class);

    @Test
    void noWakeForDataIsLost() {
        assertComplete(new ForData(false, OF_THREADS));
    }

    @Test
    void noWakeForRoomIsLost() {
        assertComplete(new ForRoom(false, OF_THREADS));
    }

    @Test
    void noWakeOfWhoWasBusyIsLost() {
        assertComplete(new ForData(true, OF_BUSY));
        assertComplete(new ForRoom(true, OF_BUSY));
        assertComplete(new OfPoller(true, OF_BUSY_POLLER));
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = {"POLLER_ARMS_ANEW", "POLLER_UNMARKS_FIRST"})
    void withoutOnePartAWakeOfWhoWasBusyIsLost(Part part) {
        assertLoses(new ForData(true, without(OF_BUSY, part)));
        assertLoses(new ForRoom(true, without(OF_BUSY, part)));
        assertLoses(new OfPoller(true, without(OF_BUSY_POLLER, part)));
    }

    @Test
    void noWakeOfAPollerIsLost() {
        assertComplete(new OfPoller(false, OF_POLLER));
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = {"POLLER_ARMS_ANEW", "POLLER_UNMARKS_FIRST", "W2_BARRIER"})
    void withoutOnePartAWakeForDataIsLost(Part part) {
        assertLoses(new ForData(false, without(OF_THREADS, part)));
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = {"POLLER_ARMS_ANEW", "POLLER_UNMARKS_FIRST", "W2_BARRIER"})
    void withoutOnePartAWakeForRoomIsLost(Part part) {
        assertLoses(new ForRoom(false, without(OF_THREADS, part)));
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "W2_BARRIER")
    void withoutOnePartAWakeOfAPollerIsLost(Part part) {
        assertLoses(new OfPoller(false, without(OF_POLLER, part)));
    }

    private static Set<Part> without(EnumSet<Part> parts, Part part) {
        EnumSet<Part> rest = parts.clone();
        rest.remove(part);
        return rest;
    }

    private static void assertComplete(Explorer model) {
        model.explore();
        assertEquals(0, model.lost(), model::toString);
        assertTrue(model.ended() > 0 && model.states() > 1000, model::toString);
    }

    private static void assertLoses(Explorer model) {
        assertTrue(model.loses(), model::toString);
    }

    /// What the three have in common: one side that notifies, one that waits, and the leader of the latter.
    private abstract static class Waking extends Explorer {
        // of the shared memory
        static final int POSITION = 0; // of the side that notifies: what is published, or what is consumed
        static final int ARMED = 1;
        static final int WANTED = 2;
        static final int READY = 3;
        static final int WAITING = 4;
        static final int COUNT = 5; // of wakes
        // of the waiting process
        static final int TOKEN = 6; // of LockSupport
        static final int OTHER = 7; // for room: what is published
        static final int MARKED = 8; // for a poller: told, and not run since
        static final int TOLD = 9; // for a poller: on its stack
        static final int WORDS = 10;

        static final int NOTIFIER = 0;
        static final int WAITER = 1;
        static final int LEADER = 2;

        // variables
        static final int A = 0;
        static final int B = 1;
        static final int C = 2;

        static final int BUSY = 50; // no number of a wait

        private final boolean busy;
        final Set<Part> parts;

        Waking(boolean busy, Set<Part> parts) {
            super(WORDS, 3, 3);
            this.busy = busy;
            this.parts = parts;
        }

        @Override
        void begin(Machine m) {
            m.setWord(ARMED, busy ? BUSY : 0);
        }

        @Override
        int step(Machine machine, int thread, int at) {
            return switch (thread) {
                case NOTIFIER -> notifyStep(machine, at);
                case WAITER -> waitStep(machine, at);
                default -> leadStep(machine, at);
            };
        }

        abstract int notifyStep(Machine m, int at);

        abstract int waitStep(Machine m, int at);

        @Override
        boolean isEnd(Machine machine) {
            return machine.at(WAITER) == DONE;
        }

        /// n1 behind the store, to n6. B: armed; C: rung. Ends at the given step.
        final int ring(Machine m, int at, int end) {
            return switch (at) {
                case 9 -> m.load(ARMED) == BUSY ? end : 10; // n1a
                case 10 -> fenceIf(m, Part.N1_FENCE, 11);
                case 11 -> {
                    m.set(B, m.load(ARMED)); // n2
                    yield m.get(B) == 0 || m.get(B) == BUSY || m.get(B) == m.get(C) ? end : 12;
                }
                case 12 -> m.load(POSITION) < m.load(WANTED) ? end : 13; // n3
                case 13 -> {
                    m.exchange(READY, 1); // n4
                    yield 14;
                }
                case 14 -> m.load(WAITING) != 0 ? 15 : 16; // n5
                case 15 -> {
                    m.exchange(COUNT, m.word(COUNT) + 1);
                    yield 16;
                }
                default -> {
                    m.set(C, m.get(B)); // n6
                    yield end;
                }
            };
        }

        final int fenceIf(Machine m, Part part, int next) {
            if (parts.contains(part)) {
                m.fence();
            }
            return next;
        }

        /// The word of who does not wait, after the wait of number B: busy, after every other one.
        final int awake(Machine m) {
            return busy && m.get(B) % 2 == 0 ? BUSY : 0;
        }

        /// If the word was BUSY before the number B.
        final int barrierIf(Machine m, int next) {
            if (busy && m.get(B) % 2 == 1 && parts.contains(Part.W2_BARRIER)) {
                m.barrier();
            }
            return next;
        }

        final int nextNumber(Machine m) {
            return parts.contains(Part.W2_NUMBER) ? m.add(B, 1) : 1;
        }

        /// l1 to l4.
        final int leadStep(Machine m, int at) {
            return switch (at) {
                case 0 -> {
                    m.set(A, m.load(COUNT));
                    m.store(WAITING, 1); // l1
                    yield 1;
                }
                case 1 -> fenceIf(m, Part.L1_FENCE, 2);
                case 2 -> parts.contains(Part.L2_LOOK) && m.load(READY) != 0 ? 4 : 3; // l2
                case 3 -> m.word(COUNT) == m.get(A) ? BLOCKED : 4;
                case 4 -> {
                    m.store(WAITING, 0); // l3
                    yield 5;
                }
                case 5 -> m.exchange(READY, 0) != 0 ? 6 : 0; // l4
                default -> wake(m, at);
            };
        }

        /// What the leader does for the slot: steps from 6 on.
        int wake(Machine m, int at) {
            m.exchange(TOKEN, 1);
            return 0;
        }

        /// w4.
        final int park(Machine m, int next) {
            if (m.word(TOKEN) == 0) {
                return BLOCKED;
            }
            m.exchange(TOKEN, 0);
            return next;
        }
    }

    /// A producer of three messages, and a thread that waits for each.
    private static final class ForData extends Waking {
        private static final int MESSAGES = 3;

        ForData(boolean busy, Set<Part> parts) {
            super(busy, parts);
        }

        @Override
        int notifyStep(Machine m, int at) {
            return switch (at) {
                case 0 -> {
                    m.store(POSITION, m.add(A, 1)); // n1
                    yield 9;
                }
                case 1 -> m.get(A) == MESSAGES ? DONE : 0;
                default -> ring(m, at, 1);
            };
        }

        /// A: messages got; B: number of the look.
        @Override
        int waitStep(Machine m, int at) {
            return switch (at) {
                case 0 -> {
                    m.store(ARMED, nextNumber(m)); // w2
                    yield 1;
                }
                case 1 -> fenceIf(m, Part.W2_FENCE, 6);
                case 6 -> barrierIf(m, 2);
                case 2 -> {
                    m.set(C, m.load(POSITION)); // w3
                    yield parts.contains(Part.W3_LOOK) && m.get(C) > m.get(A) ? 3 : 4;
                }
                case 3 -> {
                    m.set(A, m.get(C));
                    m.store(ARMED, awake(m));
                    yield m.get(A) == MESSAGES ? DONE : 0;
                }
                case 4 -> park(m, parts.contains(Part.W3_LOOK) ? 0 : 5);
                default -> { // without the look behind the arming: only now
                    m.set(C, m.load(POSITION));
                    yield m.get(C) > m.get(A) ? 3 : 0;
                }
            };
        }
    }

    /// A consumer, and a producer that waits for room for messages of different lengths in a ring of two units.
    private static final class ForRoom extends Waking {
        private static final int CAPACITY = 2;
        private static final int[] LENGTHS = {1, 2, 1, 2};
        private static final int TOTAL = 6;

        ForRoom(boolean busy, Set<Part> parts) {
            super(busy, parts);
        }

        /// A: consumed. It waits for data without being woken, which is not what is looked at here.
        @Override
        int notifyStep(Machine m, int at) {
            return switch (at) {
                case 0 -> m.get(A) == TOTAL ? DONE : m.load(OTHER) == m.get(A) ? BLOCKED : 1;
                case 1 -> {
                    m.store(POSITION, m.add(A, 1)); // n1
                    yield 9;
                }
                default -> ring(m, at, 0);
            };
        }

        /// A: messages published; C: bytes published.
        @Override
        int waitStep(Machine m, int at) {
            int end = m.get(A) == LENGTHS.length ? 0 : m.get(C) + LENGTHS[m.get(A)];
            return switch (at) {
                case 0 -> m.load(POSITION) >= end - CAPACITY ? 7 : 1;
                case 1 -> {
                    m.store(WANTED, end - CAPACITY); // w2
                    yield 2;
                }
                case 2 -> {
                    m.store(ARMED, nextNumber(m)); // w2
                    yield 3;
                }
                case 3 -> fenceIf(m, Part.W2_FENCE, 9);
                case 9 -> barrierIf(m, 4);
                case 4 -> parts.contains(Part.W3_LOOK) && m.load(POSITION) >= end - CAPACITY ? 6 : 5; // w3
                case 5 -> park(m, parts.contains(Part.W3_LOOK) ? 1 : 8);
                case 6 -> {
                    m.store(ARMED, awake(m));
                    yield 7;
                }
                case 7 -> {
                    m.store(OTHER, end);
                    m.set(C, end);
                    yield m.add(A, 1) == LENGTHS.length ? DONE : 0;
                }
                default -> m.load(POSITION) >= end - CAPACITY ? 6 : 1;
            };
        }
    }

    /// A producer of three messages, and a poller that takes what is there when it is told.
    private static final class OfPoller extends Waking {
        private static final int MESSAGES = 3;

        OfPoller(boolean busy, Set<Part> parts) {
            super(busy, parts);
        }

        @Override
        void begin(Machine m) {
            super.begin(m);
            m.setWord(MARKED, 1); // adding is telling
            m.setWord(TOLD, 1);
        }

        @Override
        int notifyStep(Machine m, int at) {
            return switch (at) {
                case 0 -> {
                    m.store(POSITION, m.add(A, 1)); // n1
                    yield 9;
                }
                case 1 -> m.get(A) == MESSAGES ? DONE : 0;
                default -> ring(m, at, 1);
            };
        }

        /// ShmKey.tell.
        @Override
        int wake(Machine m, int at) {
            return switch (at) {
                case 6 -> m.exchange(MARKED, 1) == 0 ? 7 : 0;
                case 7 -> {
                    m.exchange(TOLD, 1);
                    yield 8;
                }
                default -> {
                    m.exchange(TOKEN, 1);
                    yield 0;
                }
            };
        }

        /// ShmPoller.await and ShmKey.run. A: messages got; B: number of the arming; C: 1 while armed.
        @Override
        int waitStep(Machine m, int at) {
            boolean unmarksFirst = parts.contains(Part.POLLER_UNMARKS_FIRST);
            return switch (at) {
                case 0 -> m.exchange(TOLD, 0) != 0 ? (unmarksFirst ? 1 : 2) : 9;
                case 1 -> {
                    m.exchange(MARKED, 0);
                    yield 2;
                }
                case 2 -> m.load(POSITION) > m.get(A) ? 3 : m.get(C) == 1 && !parts.contains(Part.POLLER_ARMS_ANEW) ? 8 : 5;
                case 3 -> {
                    m.store(ARMED, awake(m)); // disarm
                    m.set(C, 0);
                    yield 4;
                }
                case 4 -> {
                    m.set(A, m.load(POSITION)); // the action
                    yield m.get(A) == MESSAGES ? DONE : 5;
                }
                case 5 -> {
                    m.store(ARMED, nextNumber(m)); // w2
                    m.set(C, 1);
                    yield 6;
                }
                case 6 -> fenceIf(m, Part.W2_FENCE, 12);
                case 12 -> barrierIf(m, 7);
                case 7 -> parts.contains(Part.W3_LOOK) && m.load(POSITION) > m.get(A) ? 10 : 8; // w3
                case 8 -> {
                    if (!unmarksFirst) {
                        m.exchange(MARKED, 0);
                    }
                    yield 0;
                }
                case 9 -> park(m, 0);
                case 10 -> {
                    m.store(ARMED, awake(m));
                    m.set(C, 0);
                    yield 11;
                }
                default -> { // another turn
                    if (unmarksFirst && m.exchange(MARKED, 1) != 0) {
                        yield 0;
                    }
                    m.exchange(TOLD, 1);
                    yield 0;
                }
            };
        }
    }
}
