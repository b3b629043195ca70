package lapce.ipc.shm.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Parking in the kernel, as futexes do it, of a thread at the count of its slot. The producer may be killed at any step.
class DirectParkingModelTest {
    @Test
    void noWakeIsLost() {
        assertComplete(new Direct(EnumSet.allOf(ParkingPart.class), false));
    }

    @Test
    void whatAKilledProducerPublishedIsReceivedBeforeItsEnd() {
        assertComplete(new Direct(EnumSet.allOf(ParkingPart.class), true));
    }

    @ParameterizedTest
    @EnumSource
    void withoutOnePartAWakeIsLost(ParkingPart part) {
        Explorer model = new Direct(EnumSet.complementOf(EnumSet.of(part)), false);
        assertTrue(model.loses(), model::toString);
    }

    private static void assertComplete(Explorer model) {
        model.explore();
        assertEquals(0, model.lost(), model::toString);
        assertTrue(model.ended() > 0 && model.states() > 100, model::toString);
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

        private final Set<ParkingPart> parts;
        private final boolean kills;

        Direct(Set<ParkingPart> parts, boolean kills) {
            super(WORDS, 3, 3);
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
                case 1 -> fenceIf(m, ParkingPart.N1_FENCE, 2);
                case 2 -> {
                    m.set(B, m.load(ARMED)); // n2
                    yield m.get(B) == 0 || m.get(B) == m.get(C) ? 4 : 80;
                }
                case 3 -> {
                    m.set(C, m.get(B)); // n6
                    yield 4;
                }
                case 4 -> m.get(A) == MESSAGES ? DONE : 0;
                default -> unpark(m, at, parts.contains(ParkingPart.N5_COUNT), 3); // n5
            };
        }

        /// A: received; B: number; C: position seen.
        private int receive(Machine m, int at) {
            boolean looks = parts.contains(ParkingPart.W3_LOOK);
            return switch (at) {
                case 0 -> {
                    see(m);
                    m.store(ARMED, parts.contains(ParkingPart.W2_NUMBER) ? m.add(B, 1) : 1); // w2
                    yield 1;
                }
                case 1 -> fenceIf(m, ParkingPart.W2_FENCE, looks ? 2 : 90);
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

        private int fenceIf(Machine m, ParkingPart part, int next) {
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
}
