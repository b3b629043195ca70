package lapce.ipc.shm.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// One slot and two lines, three client processes that want them, a server, and a kill of a client at any step: nobody's
/// slot or region is taken from a living client, and in the end all is free again. Words are changed as a whole by
/// compare-and-set, so there is nothing for a store buffer to delay.
class LifeModelTest {
    /// What the protocol needs.
    enum Part {
        /// j2 before j3: a live line implies that its lock was taken.
        LOCK_BEFORE_LINE,
        /// r4 waits until the dead process has no slot.
        LINE_AFTER_SLOTS,
        /// r2 before r3: the memory goes before the slot can have a new owner.
        UNLINK_BEFORE_FREE,
        /// r3: names of regions are never used again.
        GENERATION,
        /// No client may claim a slot while the server makes its region ahead of need.
        WARMING
    }

    @Test
    void everySlotComesBackAndNoLivingClientLosesIt() {
        for (boolean kills : new boolean[] {false, true}) {
            Explorer life = new Life(EnumSet.allOf(Part.class), kills).explore();
            assertEquals(0, life.lost() + life.wrong(), life::toString);
            assertTrue(life.ended() > 0 && life.states() > 1000, life::toString);
        }
    }

    @Test
    void aLineThatIsLiveBeforeItIsLockedCostsALivingClientItsSlot() {
        assertTrue(without(Part.LOCK_BEFORE_LINE).errs());
    }

    @Test
    void aLineGivenBackBeforeItsSlotsLeavesASlotTakenForEver() {
        assertTrue(without(Part.LINE_AFTER_SLOTS).loses());
    }

    @Test
    void withoutGenerationsTheOrderOfUnlinkingDecides() {
        assertFalse(without(Part.GENERATION).errs());
        assertTrue(without(Part.GENERATION, Part.UNLINK_BEFORE_FREE).errs());
    }

    @Test
    void aSlotThatCanBeClaimedWhileItsRegionIsMadeHasTwoMakers() {
        assertTrue(without(Part.WARMING).errs());
    }

    private static Life without(Part first, Part... rest) {
        return new Life(EnumSet.complementOf(EnumSet.of(first, rest)), true);
    }

    private static final class Life extends Explorer {
        private static final int CLIENTS = 3; // the third takes the line of the first
        private static final int LINES = 2;
        private static final int SERVER = CLIENTS;
        private static final int USER = CLIENTS + 1; // of the accepted stream, in the server's process
        private static final int KILLER = CLIENTS + 2; // one for each client

        // words: the slot's, which change together
        private static final int GENERATION = 0;
        private static final int STAGE = 1;
        private static final int LINE = 2;
        private static final int CLIENT_DONE = 3;
        private static final int SERVER_DONE = 4;
        private static final int READY = 5;
        private static final int GONE = 6; // the server's stream was told
        // what only the model knows
        private static final int KILLED = 7;
        private static final int OWNER = 8; // which client owns the slot, counted from 1
        private static final int MISSING = 9; // an open slot had no region, or a region had two makers
        private static final int WARM = 10; // part of the slot's word
        // of each line
        private static final int LIVE = 11;
        private static final int HOLDER = LIVE + LINES; // which client holds the lock, counted from 1
        private static final int REGIONS = HOLDER + LINES; // one for each generation
        private static final int GENERATIONS = CLIENTS + 1;

        private static final int FREE = 0;
        private static final int CLAIMED = 1;
        private static final int OPEN = 2;
        private static final int ACCEPTED = 3;
        private static final int WARMING = 4;

        // variables of the server
        private static final int DEAD = 0; // of each line: its owner is known to be dead
        private static final int RECYCLED = LINES; // the generation under way

        private final Set<Part> parts;
        private final boolean kills;

        Life(Set<Part> parts, boolean kills) {
            super(REGIONS + GENERATIONS, KILLER + CLIENTS, LINES + 1);
            this.parts = parts;
            this.kills = kills;
        }

        @Override
        int step(Machine m, int thread, int at) {
            return switch (thread) {
                case SERVER -> serve(m, at);
                case USER -> use(m);
                case KILLER, KILLER + 1, KILLER + 2 -> kill(m, thread - KILLER);
                default -> connect(m, thread, at);
            };
        }

        private int connect(Machine m, int client, int at) {
            boolean lockFirst = parts.contains(Part.LOCK_BEFORE_LINE);
            int line = client % LINES;
            return switch (at) {
                case 0 -> {
                    if (m.word(LIVE + line) == 1 || m.word(HOLDER + line) != 0) {
                        yield BLOCKED;
                    }
                    take(m, client, lockFirst); // j2
                    yield 1;
                }
                case 1 -> {
                    take(m, client, !lockFirst); // j3
                    yield 2;
                }
                case 2 -> {
                    if (m.word(STAGE) != FREE) {
                        yield BLOCKED;
                    }
                    m.setWord(STAGE, CLAIMED); // k1
                    m.setWord(LINE, line);
                    m.setWord(OWNER, client + 1);
                    yield 3;
                }
                case 3 -> {
                    if (m.word(WARM) == 0) {
                        make(m); // k2
                        yield 4;
                    }
                    if (client == 0) { // takes what is there
                        yield 4;
                    }
                    m.setWord(REGIONS + m.word(GENERATION), 0); // wants other rings
                    yield 9;
                }
                case 9 -> {
                    make(m);
                    yield 10;
                }
                case 4, 10 -> {
                    m.setWord(STAGE, OPEN); // k3
                    m.setWord(WARM, at == 10 ? 0 : m.word(WARM));
                    yield 5;
                }
                case 5, 7 -> {
                    m.setWord(READY, 1);
                    yield at + 1;
                }
                case 6 -> {
                    m.setWord(CLIENT_DONE, 1); // c3
                    m.setWord(OWNER, 0);
                    yield 7;
                }
                default -> { // the process ends in order
                    release(m, client);
                    yield DONE;
                }
            };
        }

        /// Creates a region, which must not be there.
        private static void make(Machine m) {
            int region = REGIONS + m.word(GENERATION);
            m.setWord(MISSING, m.word(MISSING) | m.word(region));
            m.setWord(region, 1);
        }

        private static void take(Machine m, int client, boolean lock) {
            if (lock) {
                m.setWord(HOLDER + client % LINES, client + 1);
            } else {
                m.setWord(LIVE + client % LINES, 1);
            }
        }

        private static void release(Machine m, int client) {
            if (m.word(HOLDER + client % LINES) == client + 1) {
                m.setWord(HOLDER + client % LINES, 0);
            }
        }

        /// Any client, wherever it stands, but only one.
        private int kill(Machine m, int client) {
            if (!kills || m.word(KILLED) == 1 || m.at(client) == DONE) {
                return BLOCKED;
            }
            m.jump(client, DONE);
            release(m, client);
            if (m.word(OWNER) == client + 1) {
                m.setWord(OWNER, 0);
            }
            m.setWord(KILLED, 1);
            return DONE;
        }

        /// Closes the stream, some time after it was told that the peer is gone.
        private int use(Machine m) {
            if (m.word(GONE) == 0) {
                return BLOCKED;
            }
            m.setWord(GONE, 0);
            m.setWord(SERVER_DONE, 1); // c3
            m.setWord(READY, 1);
            return 0;
        }

        private int serve(Machine m, int at) {
            boolean unlinkFirst = parts.contains(Part.UNLINK_BEFORE_FREE);
            boolean gone = m.word(CLIENT_DONE) == 1 || m.get(DEAD + m.word(LINE)) == 1;
            return switch (at) {
                case 0 -> notice(m);
                case 1 -> switch (m.word(STAGE)) {
                    case CLAIMED -> gone ? 5 : 7;
                    case OPEN -> 2;
                    case ACCEPTED -> !gone ? 7 : m.word(SERVER_DONE) == 1 ? 5 : 4;
                    default -> 7;
                };
                case 2 -> {
                    m.setWord(MISSING, 1 - m.word(REGIONS + m.word(GENERATION))); // a1
                    yield 3;
                }
                case 3 -> {
                    m.setWord(STAGE, ACCEPTED); // a2
                    yield 1;
                }
                case 4 -> { // a closed stream hears nothing
                    m.setWord(GONE, 1 - m.word(SERVER_DONE));
                    yield 7;
                }
                case 5 -> {
                    m.set(RECYCLED, m.word(GENERATION));
                    yield unlinkFirst ? unlink(m, 6) : free(m, 6);
                }
                case 6 -> unlinkFirst ? free(m, 1) : unlink(m, 1);
                case 8 -> {
                    make(m);
                    yield 9;
                }
                case 9 -> {
                    if (m.word(STAGE) == WARMING || m.word(STAGE) == FREE) {
                        m.setWord(STAGE, FREE);
                        m.setWord(WARM, 1);
                    }
                    yield 0;
                }
                default -> releaseLines(m);
            };
        }

        private int notice(Machine m) {
            if (m.word(READY) == 1) {
                m.setWord(READY, 0);
                return 1;
            }
            for (int line = 0; line < LINES; line++) {
                if (m.word(LIVE + line) == 1 && m.word(HOLDER + line) == 0 && m.get(DEAD + line) == 0) {
                    m.set(DEAD + line, 1);
                    return 1;
                }
            }
            if (m.word(STAGE) == FREE && m.word(WARM) == 0) {
                if (parts.contains(Part.WARMING)) {
                    m.setWord(STAGE, WARMING);
                }
                return 8;
            }
            return BLOCKED;
        }

        /// r4.
        private int releaseLines(Machine m) {
            for (int line = 0; line < LINES; line++) {
                boolean inUse = m.word(STAGE) != FREE && m.word(LINE) == line;
                if (m.get(DEAD + line) == 1 && !(parts.contains(Part.LINE_AFTER_SLOTS) && inUse)) {
                    m.setWord(LIVE + line, 0);
                    m.set(DEAD + line, 0);
                }
            }
            return 0;
        }

        /// r2.
        private static int unlink(Machine m, int next) {
            m.setWord(REGIONS + m.get(RECYCLED), 0);
            return next;
        }

        /// r3.
        private int free(Machine m, int next) {
            m.setWord(STAGE, FREE);
            m.setWord(CLIENT_DONE, 0);
            m.setWord(SERVER_DONE, 0);
            m.setWord(WARM, 0);
            if (parts.contains(Part.GENERATION)) {
                m.setWord(GENERATION, m.word(GENERATION) + 1);
            }
            return next;
        }

        /// A living client that owns the slot has not lost it, and an open slot has its region.
        @Override
        boolean isSound(Machine m) {
            return m.word(MISSING) == 0 && (m.word(OWNER) == 0 || m.word(STAGE) != FREE);
        }

        @Override
        boolean isEnd(Machine m) {
            boolean clean = m.word(STAGE) == FREE;
            for (int word = LIVE; word < REGIONS + GENERATIONS; word++) {
                boolean warm = word == REGIONS + m.word(GENERATION) && m.word(WARM) == 1;
                clean &= m.word(word) == (warm ? 1 : 0);
            }
            for (int client = 0; client < CLIENTS; client++) {
                clean &= m.at(client) == DONE;
            }
            return clean;
        }
    }
}
