package lapce.ipc.shm.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Parking in the kernel, as futexes do it, at a place with ready bits: of a poller, and of a leader whom two processes wake, one
/// of which may be killed at any step.
class PlaceParkingModelTest {
    @Test
    void noWakeOfAPollerIsLost() {
        assertComplete(new AtPlace(EnumSet.allOf(ParkingPart.class), true));
    }

    @ParameterizedTest
    @EnumSource
    void withoutOnePartAWakeOfAPollerIsLost(ParkingPart part) {
        assertLoses(new AtPlace(EnumSet.complementOf(EnumSet.of(part)), true));
    }

    @Test
    void aPollerThatParksWithoutALookAtItsBitsLosesAWake() {
        assertLoses(new AtPlace(EnumSet.allOf(ParkingPart.class), false));
    }

    @Test
    void aKilledWakerLosesNoOthersWake() {
        assertComplete(new Line(false));
    }

    @Test
    void aFlagThatItsReaderClearsLosesAnothersWakeWhenTheReaderIsKilled() {
        assertLoses(new Line(true));
    }

    private static void assertComplete(Explorer model) {
        model.explore();
        assertEquals(0, model.lost(), model::toString);
        assertTrue(model.ended() > 0 && model.states() > 100, model::toString);
    }

    private static void assertLoses(Explorer model) {
        assertTrue(model.loses(), model::toString);
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

        private final Set<ParkingPart> parts;
        private final boolean looksAtBits;

        AtPlace(Set<ParkingPart> parts, boolean looksAtBits) {
            super(WORDS, 2, 3);
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
                    if (parts.contains(ParkingPart.N1_FENCE)) {
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
                default -> unpark(m, at, parts.contains(ParkingPart.N5_COUNT), 6);
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
                    m.store(ARMED, parts.contains(ParkingPart.W2_NUMBER) ? m.add(B, 1) % 8 + 1 : 1); // w2
                    yield 2;
                }
                case 2 -> {
                    if (parts.contains(ParkingPart.W2_FENCE)) {
                        m.fence();
                    }
                    yield 3;
                }
                case 3 -> parts.contains(ParkingPart.W3_LOOK) && m.load(POSITION) > m.get(A) ? 4 : 5; // w3
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
            super(WORDS, 4, 0);
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
