package lapce.ipc.shm.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Two servers, each with one slot, and a client process that connects to both at once, with a kill of any of them at any step: who
/// survives keeps its other connection, no slot or region is owned by two, the slot of a dead client comes back at both servers, and
/// in the end nothing is left. The servers may be of two endpoints, or of one whose name the first has given up.
///
/// What several clients do to the slots of one server is `LifeModelTest`'s matter. A server that ends in order lets go of its lock, and
/// then sweeps: to its clients that is as if it were killed, and the next one bound.
class TwoServersModelTest {
    /// What the protocol needs.
    enum Part {
        /// A client process has a life lock for each epoch that it has joined.
        LOCK_FOR_EACH_SERVER,
        /// Names of regions carry the epoch.
        EPOCH_IN_NAME,
        /// Who sweeps looks whether the epoch's lock is held.
        SWEEPS_THE_DEAD,
        /// k3: a client that has made something looks at the server's lock again, for the sweep may be over.
        LOOKS_AGAIN,
        /// A server sees the end of a client's lock.
        WATCHES_CLIENTS
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void whoSurvivesKeepsTheOtherConnectionAndNothingIsLeft(int kills) {
        Explorer model = new TwoServers(kills, EnumSet.allOf(Part.class)).explore();
        assertEquals(0, model.lost() + model.wrong(), model::toString);
        assertTrue(model.ended() > 0 && model.states() > 1000, model::toString);
    }

    @Test
    void oneLifeLockForAllServersCostsTheConnectionToTheSurvivor() {
        assertErrs(Part.LOCK_FOR_EACH_SERVER);
    }

    @Test
    void namesWithoutEpochsAreOwnedByTwo() {
        assertErrs(Part.EPOCH_IN_NAME);
    }

    @Test
    void aSweepOfTheLivingTakesARegion() {
        assertErrs(Part.SWEEPS_THE_DEAD);
    }

    @Test
    void aRegionThatIsMadeBehindTheSweepStays() {
        assertLoses(Part.LOOKS_AGAIN);
    }

    @Test
    void aSlotOfADeadClientThatNobodyWatchesNeverComesBack() {
        assertLoses(Part.WATCHES_CLIENTS);
    }

    private static void assertErrs(Part part) {
        Explorer model = new TwoServers(1, EnumSet.complementOf(EnumSet.of(part)));
        assertTrue(model.errs(), model::toString);
    }

    private static void assertLoses(Part part) {
        Explorer model = new TwoServers(1, EnumSet.complementOf(EnumSet.of(part)));
        assertTrue(model.loses(), model::toString);
    }

    private static final class TwoServers extends Explorer {
        private static final int SERVERS = 2;
        private static final int CLIENTS = 1; // with a second one the walk takes gigabytes

        // threads: of each client process one for each server, then of each server
        private static final int LEADER = CLIENTS * SERVERS;
        private static final int USER = LEADER + SERVERS; // of the accepted stream
        private static final int BINDER = USER + SERVERS; // another process, which sweeps what a dead server has left
        private static final int WATCH = BINDER + SERVERS; // of each client process, of each server's lock
        private static final int KILLER = WATCH + CLIENTS * SERVERS; // of each client process, and of each server

        // words of each server, which change as a whole
        private static final int DEAD = 0; // its lock is free
        private static final int STAGE = 1;
        private static final int GENERATION = 2;
        private static final int LINE = 3;
        private static final int CLIENT_DONE = 4;
        private static final int SERVER_DONE = 5;
        private static final int READY = 6;
        private static final int GONE = 7; // its stream was told
        private static final int OWNER = 8; // the client that uses the slot, counted from 1, which only the model knows
        private static final int LIVE = 9; // of each line, which is its client's number
        private static final int NOTICED = LIVE + CLIENTS; // the client knows of the server's end
        private static final int HOLDS = NOTICED + CLIENTS; // the client holds the lock
        private static final int REGIONS = HOLDS + CLIENTS; // one for each generation
        private static final int OF_SERVER = REGIONS + CLIENTS + 1;
        // what only the model knows
        private static final int KILLED = SERVERS * OF_SERVER; // how many were
        private static final int CLIENT_KILLED = KILLED + 1;
        private static final int WRONG = KILLED + 2; // a region had two makers, or an open slot had none
        private static final int WORDS = KILLED + 3;

        private static final int FREE = 0;
        private static final int CLAIMED = 1;
        private static final int OPEN = 2;
        private static final int ACCEPTED = 3;

        private static final int LEAVING = 11; // where a client stands that has closed its stream

        private final int kills;
        private final Set<Part> parts;

        TwoServers(int kills, Set<Part> parts) {
            super(WORDS, KILLER + CLIENTS + SERVERS, CLIENTS); // a leader knows which clients are dead
            this.kills = kills;
            this.parts = parts;
        }

        @Override
        int step(Machine m, int thread, int at) {
            if (thread >= KILLER) {
                return thread < KILLER + CLIENTS ? killClient(m, thread - KILLER) : killServer(m, thread - KILLER - CLIENTS);
            }
            int server = thread % SERVERS * OF_SERVER;
            if (thread >= WATCH) {
                return m.word(server + DEAD) == 0 ? BLOCKED : set(m, server + NOTICED + (thread - WATCH) / SERVERS, 1, DONE);
            }
            if (thread >= BINDER) {
                return sweep(m, server, at);
            }
            if (thread >= USER) {
                return use(m, server);
            }
            return thread >= LEADER ? serve(m, server, at) : connect(m, thread / SERVERS, server, at);
        }

        private boolean has(Part part) {
            return parts.contains(part);
        }

        private int region(Machine m, int server) {
            return (has(Part.EPOCH_IN_NAME) ? server : 0) + REGIONS + m.word(server + GENERATION);
        }

        private static int set(Machine m, int word, int value, int next) {
            m.setWord(word, value);
            return next;
        }

        // a client process

        private int connect(Machine m, int client, int server, int at) {
            boolean dead = m.word(server + DEAD) == 1; // which a look at its lock tells
            boolean gone = m.word(server + NOTICED + client) == 1;
            return switch (at) {
                case 0 -> dead ? DONE : 1; // j1
                case 1 -> set(m, server + HOLDS + client, 1, 2); // j2
                case 2 -> set(m, server + LIVE + client, 1, 3); // j3
                case 3 -> dead && has(Part.LOOKS_AGAIN) ? LEAVING : 4;
                case 4 -> gone ? LEAVING : m.word(server + STAGE) == FREE ? claim(m, client, server) : BLOCKED;
                case 5 -> { // k2
                    m.setWord(WRONG, m.word(WRONG) | m.word(region(m, server)));
                    yield set(m, region(m, server), 1, 6);
                }
                case 6 -> set(m, server + STAGE, OPEN, 7); // k3
                case 7 -> set(m, server + READY, 1, dead && has(Part.LOOKS_AGAIN) ? 10 : 8);
                case 8 -> { // c3, whenever it likes
                    m.setWord(server + OWNER, 0);
                    yield set(m, server + CLIENT_DONE, 1, 9);
                }
                case 9 -> set(m, server + READY, 1, gone ? 10 : LEAVING);
                case 10 -> { // what the server cannot remove
                    m.setWord(server + OWNER, 0);
                    yield set(m, region(m, server), 0, LEAVING);
                }
                default -> leave(m, client, server);
            };
        }

        private static int claim(Machine m, int client, int server) {
            m.setWord(server + STAGE, CLAIMED); // k1
            m.setWord(server + LINE, client);
            m.setWord(server + OWNER, client + 1);
            return 5;
        }

        /// A member stays until the server's end, or its own.
        private int leave(Machine m, int client, int server) {
            boolean ends = true;
            for (int other = 0; other < SERVERS; other++) {
                ends &= m.at(client * SERVERS + other) >= LEAVING;
            }
            if (m.word(server + NOTICED + client) == 0 && !ends) {
                return BLOCKED;
            }
            m.setWord(server + HOLDS + client, 0);
            if (!has(Part.LOCK_FOR_EACH_SERVER)) {
                letGo(m, client);
            }
            return DONE;
        }

        private static void letGo(Machine m, int client) {
            for (int server = 0; server < SERVERS; server++) {
                m.setWord(server * OF_SERVER + HOLDS + client, 0);
            }
        }

        // a server's process

        private int serve(Machine m, int server, int at) {
            boolean gone = m.word(server + CLIENT_DONE) == 1 || m.get(m.word(server + LINE)) == 1;
            return switch (at) {
                case 0 -> notice(m, server);
                case 1 -> switch (m.word(server + STAGE)) {
                    case CLAIMED -> gone ? 5 : 7;
                    case OPEN -> 2;
                    case ACCEPTED -> !gone ? 7 : m.word(server + SERVER_DONE) == 1 ? 5 : 4;
                    default -> 7;
                };
                case 2 -> { // a1
                    m.setWord(WRONG, m.word(WRONG) | 1 - m.word(region(m, server)));
                    yield 3;
                }
                case 3 -> set(m, server + STAGE, ACCEPTED, 1); // a2
                case 4 -> m.word(server + SERVER_DONE) == 1 ? 7 : set(m, server + GONE, 1, 7); // a closed stream hears nothing
                case 5 -> set(m, region(m, server), 0, 6); // r2
                case 6 -> { // r3
                    m.setWord(server + CLIENT_DONE, 0);
                    m.setWord(server + SERVER_DONE, 0);
                    m.setWord(server + GENERATION, m.word(server + GENERATION) + 1);
                    yield set(m, server + STAGE, FREE, 1);
                }
                default -> releaseLines(m, server);
            };
        }

        private int notice(Machine m, int server) {
            if (m.word(server + READY) == 1) {
                return set(m, server + READY, 0, 1);
            }
            for (int client = 0; has(Part.WATCHES_CLIENTS) && client < CLIENTS; client++) {
                if (m.word(server + LIVE + client) == 1 && m.word(server + HOLDS + client) == 0 && m.get(client) == 0) {
                    m.set(client, 1);
                    return 1;
                }
            }
            return BLOCKED;
        }

        /// r4.
        private static int releaseLines(Machine m, int server) {
            for (int client = 0; client < CLIENTS; client++) {
                boolean inUse = m.word(server + STAGE) != FREE && m.word(server + LINE) == client;
                if (m.get(client) == 1 && !inUse) {
                    m.setWord(server + LIVE + client, 0);
                    m.set(client, 0);
                }
            }
            return 0;
        }

        /// Closes the stream, some time after it was told that the peer is gone.
        private static int use(Machine m, int server) {
            if (m.word(server + GONE) == 0) {
                return BLOCKED;
            }
            m.setWord(server + GONE, 0);
            m.setWord(server + SERVER_DONE, 1); // c3
            return set(m, server + READY, 1, 0);
        }

        // the others

        /// b2, once, and once more when a client was killed that had made something behind the first.
        private int sweep(Machine m, int server, int at) {
            boolean again = at == 0 || m.word(CLIENT_KILLED) == 1;
            if (m.word(server + DEAD) == 0 && has(Part.SWEEPS_THE_DEAD) || !again) {
                return BLOCKED;
            }
            boolean any = at == 0;
            for (int generation = 0; generation <= CLIENTS; generation++) {
                int region = (has(Part.EPOCH_IN_NAME) ? server : 0) + REGIONS + generation;
                any |= m.word(region) == 1;
                m.setWord(region, 0);
            }
            return any ? 1 : BLOCKED;
        }

        private boolean mayKill(Machine m) {
            return m.word(KILLED) < kills;
        }

        private int killClient(Machine m, int client) {
            boolean ended = true;
            for (int server = 0; server < SERVERS; server++) {
                ended &= m.at(client * SERVERS + server) == DONE;
            }
            if (ended || !mayKill(m)) {
                return BLOCKED;
            }
            for (int server = 0; server < SERVERS; server++) {
                m.jump(client * SERVERS + server, DONE);
                m.jump(WATCH + client * SERVERS + server, DONE);
                if (m.word(server * OF_SERVER + OWNER) == client + 1) {
                    m.setWord(server * OF_SERVER + OWNER, 0);
                }
            }
            letGo(m, client);
            m.setWord(CLIENT_KILLED, 1);
            return set(m, KILLED, m.word(KILLED) + 1, DONE);
        }

        private int killServer(Machine m, int server) {
            if (!mayKill(m)) {
                return BLOCKED;
            }
            m.jump(LEADER + server, DONE);
            m.jump(USER + server, DONE);
            m.setWord(server * OF_SERVER + DEAD, 1);
            return set(m, KILLED, m.word(KILLED) + 1, DONE);
        }

        /// No client that uses a slot has lost it, or is taken for gone.
        @Override
        boolean isSound(Machine m) {
            boolean sound = m.word(WRONG) == 0;
            for (int server = 0; server < SERVERS * OF_SERVER; server += OF_SERVER) {
                sound &= m.word(server + OWNER) == 0 || m.word(server + STAGE) != FREE && m.word(server + GONE) == 0;
            }
            return sound;
        }

        @Override
        boolean isEnd(Machine m) {
            boolean clean = true;
            for (int server = 0; server < SERVERS * OF_SERVER; server += OF_SERVER) {
                for (int word = HOLDS; word < OF_SERVER; word++) {
                    clean &= m.word(server + word) == 0;
                }
                for (int word = LIVE; word < NOTICED; word++) {
                    clean &= m.word(server + word) == 0 || m.word(server + DEAD) == 1;
                }
                clean &= m.word(server + STAGE) == FREE || m.word(server + DEAD) == 1;
            }
            for (int thread = 0; thread < LEADER; thread++) {
                clean &= m.at(thread) == DONE;
            }
            return clean;
        }
    }
}
