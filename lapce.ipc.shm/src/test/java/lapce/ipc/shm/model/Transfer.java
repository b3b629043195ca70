package lapce.ipc.shm.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// The model of `TransferModelTest`: one direction of a stream, with both its threads, their leaders, and an event.
final class Transfer extends Parking {
    /// What happens besides, at any step.
    enum Event {
        NONE,
        /// The producer's process is killed.
        PRODUCER_KILLED,
        /// The consumer's process is killed.
        CONSUMER_KILLED,
        /// Another thread of the consumer's process closes the stream.
        CLOSED,
        /// The producer's time is up, once: it gives up the message that waits for room.
        TIME_UP
    }

    /// What the protocol needs, and the event that shows it.
    enum Part {
        /// The header behind a record is 0 before the record's own is written.
        CLEARED_BEFORE_HEADER(Event.NONE),
        /// A record's bytes come before its header.
        BYTES_BEFORE_HEADER(Event.NONE),
        /// The header of padding comes after that of the record behind it.
        PADDING_LAST(Event.NONE),
        /// A ring holds a header less than its capacity: the one that is cleared is nobody's.
        HEADER_FREE(Event.TIME_UP),
        /// The consumed position is told after the bytes were handed out.
        HANDED_OUT_BEFORE_TOLD(Event.NONE),
        /// The output's end is said after the last record.
        ENDED_LAST(Event.NONE),
        /// A consumer that found nothing, and then the end, looks for a record once more.
        LAST_LOOK(Event.NONE),
        /// That the peer is gone is looked at before the end of the output, which it says before it goes.
        GONE_BEFORE_ENDED(Event.PRODUCER_KILLED),
        /// The first record after a message given up says so.
        ABANDON(Event.TIME_UP),
        // so far a message is lost or damaged without it; from here on somebody sleeps for ever
        /// Between a record's header, or the consumed position, and the look at the peer's armed word.
        N1_FENCE(Event.NONE),
        /// Between arming and the look.
        W2_FENCE(Event.NONE),
        /// A new number for each arming.
        W2_NUMBER(Event.NONE),
        /// The thread is known to its leader before it arms.
        W1_BEFORE_W2(Event.NONE),
        /// The look finds the end of the output.
        W3_ENDED(Event.NONE),
        /// The look finds the end of the input.
        W3_LEFT(Event.CLOSED),
        /// The look finds that the stream was closed in this process.
        W3_CLOSED(Event.CLOSED),
        /// The look finds that the peer is gone.
        W3_GONE(Event.PRODUCER_KILLED),
        /// Who ends the output rings.
        END_RINGS(Event.NONE),
        /// Who ends the input rings.
        LEAVING_RINGS(Event.CLOSED),
        /// Who ends the input does so before it rings.
        LEAVES_BEFORE_RINGING(Event.CLOSED),
        /// Who closes the stream tells its own threads.
        CLOSING_TELLS(Event.CLOSED),
        /// Who sees the peer's lock released tells its own threads.
        WATCH_TELLS(Event.CONSUMER_KILLED);

        final Event shownBy;

        Part(Event shownBy) {
            this.shownBy = shownBy;
        }
    }

    /// What a unit of the ring holds: 0, a record's header, or a record's bytes. Each carries the number of its record, which only
    /// the model knows.
    private static final class Unit {
        static final int MESSAGE = 1;
        static final int FIRST = 2;
        static final int LAST = 3;
        static final int PADDING = 4;
        static final int BYTES = 5;
        static final int ABANDON = 8;
        static final int LONG = 16; // the record is two units, else one
        static final int NUMBER = 32;

        static int kind(int unit) {
            return unit & 7;
        }

        static boolean has(int unit, int bit) {
            return (unit & bit) != 0;
        }

        static int number(int unit) {
            return unit / NUMBER;
        }
    }

    /// Longer store buffers, and one more record always: half a minute for all events (Intel Xeon, 2026-11-30).
    private static final boolean LARGE = Boolean.getBoolean("lapce.ipc.model.large");

    /// The second fragment has padding before it, and needs the whole ring.
    private static final int[] RECORDS = {Unit.MESSAGE, Unit.FIRST | Unit.LONG, Unit.LAST | Unit.LONG, Unit.MESSAGE};
    private static final int CAPACITY = 4;

    // words of the region; the first two are the count at which the consumer's thread parks, and whether it does
    private static final int UNITS = 2;
    private static final int CONSUMED = UNITS + CAPACITY;
    private static final int WANTED = CONSUMED + 1;
    private static final int SPACE_ARMED = CONSUMED + 2;
    private static final int ENDED = CONSUMED + 3; // outputClosed
    private static final int DATA_ARMED = CONSUMED + 4;
    private static final int LEFT = CONSUMED + 5; // inputClosed
    // of the two processes, the producer's first
    private static final int READY = CONSUMED + 6; // its leader shall look
    private static final int KNOWN = READY + 2; // its leader knows who sleeps
    private static final int GONE = KNOWN + 2; // it has seen the peer's lock released
    private static final int TOKEN = GONE + 2; // of LockSupport, of the producer's thread
    private static final int CLOSED = TOKEN + 1; // the consumer's stream was
    private static final int TIME_UP = TOKEN + 2;
    // what only the model knows
    private static final int WRONG = TOKEN + 3;
    private static final int OVER = TOKEN + 4; // the consumer has found the end
    private static final int WORDS = TOKEN + 5;

    private static final int PRODUCER = 0;
    private static final int CONSUMER = 1;
    private static final int LEADER = 2; // of the producer's process, then of the consumer's
    private static final int EVENT = 4;

    // variables of both
    private static final int POSITION = 0;
    private static final int RUNG = 1;
    private static final int ARMED = 2; // of the peer, while it is rung for
    private static final int RECORD = 3; // the next of the producer, counted from 0; the last of the consumer, from 1
    // of the producer
    private static final int CACHED = 4; // consumed position
    private static final int ABANDONS = 5;
    private static final int PUBLISHED = 6; // records, which only the model counts
    // of the consumer
    private static final int TOLD = 4;
    private static final int JOINING = 5; // a fragment is held
    private static final int OWES = 6; // the bytes of a record are to be handed out
    private static final int FOUND = 7; // the end of the output, or that the peer is gone
    private static final int VARIABLES = 8;

    private enum Store { BYTES, CLEAR, HEADER, PADDING }

    private final Event event;
    private final Set<Part> parts;
    private final List<Store> stores = new ArrayList<>(List.of(Store.values())); // in the order of the page

    Transfer(Event event, Set<Part> parts) {
        super(WORDS, EVENT + 1, VARIABLES);
        this.event = event;
        this.parts = parts;
        lastUnless(Part.BYTES_BEFORE_HEADER, Store.BYTES);
        lastUnless(Part.CLEARED_BEFORE_HEADER, Store.CLEAR);
        lastUnless(Part.PADDING_LAST, Store.HEADER);
    }

    private void lastUnless(Part part, Store store) {
        if (!has(part)) {
            stores.remove(store);
            stores.add(store);
        }
    }

    private boolean has(Part part) {
        return parts.contains(part);
    }

    private void fenceIf(Machine m, Part part) {
        if (has(part)) {
            m.fence();
        }
    }

    /// w2: a number that neither stands there, nor is what the peer has read or rung for; which one does not matter.
    private void arm(Machine m, int word, int peer) {
        int number = 1;
        while (has(Part.W2_NUMBER)
                && (number == m.load(word) || number == m.of(peer, ARMED) || number == m.of(peer, RUNG))) {
            number++;
        }
        m.store(word, number);
    }

    /// n2.
    private boolean mayRing(Machine m, int word) {
        int armed = m.load(word);
        if (armed == 0 && has(Part.W2_NUMBER)) {
            m.set(RUNG, 0); // that number never comes again
        }
        boolean rings = armed != 0 && armed != m.get(RUNG);
        m.set(ARMED, rings ? armed : 0);
        return rings;
    }

    /// n6.
    private static void rung(Machine m) {
        m.set(RUNG, m.get(ARMED));
        m.set(ARMED, 0);
    }

    @Override
    int step(Machine m, int thread, int at) {
        return switch (thread) {
            case PRODUCER -> at < 20 ? publish(m, at) : at < 40 ? awaitRoom(m, at) : at < 80 ? end(m, at) : ring(m, at);
            case CONSUMER -> at < 20 ? poll(m, at) : at < 30 ? endOrNothing(m, at) : awaitData(m, at);
            case EVENT -> switch (event) {
                case NONE -> DONE;
                case PRODUCER_KILLED -> kill(m, PRODUCER, at);
                case CONSUMER_KILLED -> kill(m, CONSUMER, at);
                case CLOSED -> close(m, at);
                case TIME_UP -> timeUp(m);
            };
            default -> lead(m, thread - LEADER, at);
        };
    }

    // SendingSide and RingProducer

    /// Between a store and a load there is a fence, but for what is taken away, so one is as good as more.
    @Override
    int longestBuffer() {
        return LARGE ? 3 : 1;
    }

    private static boolean isLong(Machine m) {
        return Unit.has(RECORDS[m.get(RECORD)], Unit.LONG);
    }

    /// Where the record will be; behind padding, if that is not the position.
    private static int start(Machine m) {
        int position = m.get(POSITION);
        boolean fits = !isLong(m) || position % CAPACITY < CAPACITY - 1;
        return fits ? position : position + 1;
    }

    private static int end(Machine m) {
        return start(m) + (isLong(m) ? 2 : 1);
    }

    private int wanted(Machine m) {
        return Math.max(0, end(m) + (has(Part.HEADER_FREE) ? 1 : 0) - CAPACITY);
    }

    private int publish(Machine m, int at) {
        return switch (at) {
            case 0 -> isEndDue(m) ? 40 : peerLeaves(m) ? DONE : m.get(CACHED) >= wanted(m) ? nextStore(m, 4) : 1;
            case 1 -> {
                m.set(CACHED, m.load(CONSUMED));
                yield m.get(CACHED) >= wanted(m) ? nextStore(m, 4) : 20;
            }
            case 4, 5, 6, 7 -> store(m, stores.get(at - 4), nextStore(m, at + 1)); // n1
            default -> {
                m.set(POSITION, end(m));
                m.add(RECORD, 1);
                m.add(PUBLISHED, 1);
                m.set(ABANDONS, 0);
                fenceIf(m, Part.N1_FENCE);
                yield mayRing(m, DATA_ARMED) ? 80 : 0; // n2
            }
        };
    }

    /// The step of the next store that the record needs.
    private int nextStore(Machine m, int at) {
        boolean skips = at < 8 && switch (stores.get(at - 4)) {
            case BYTES -> !isLong(m);
            case PADDING -> start(m) == m.get(POSITION);
            default -> false;
        };
        return skips ? nextStore(m, at + 1) : at;
    }

    private static int store(Machine m, Store store, int next) {
        int number = Unit.NUMBER * (m.get(PUBLISHED) + 1);
        switch (store) {
            case BYTES -> m.store(unit(start(m) + 1), Unit.BYTES | number);
            case CLEAR -> m.store(unit(end(m)), 0);
            case HEADER -> m.store(
                    unit(start(m)), RECORDS[m.get(RECORD)] | (m.get(ABANDONS) == 1 ? Unit.ABANDON : 0) | number);
            case PADDING -> m.store(unit(m.get(POSITION)), Unit.PADDING);
        }
        return next;
    }

    private static int unit(int position) {
        return UNITS + position % CAPACITY;
    }

    /// n5, n6.
    private static int ring(Machine m, int at) {
        if (at == 81) {
            rung(m);
        }
        return unpark(m, at, true, 0);
    }

    private int awaitRoom(Machine m, int at) {
        return switch (at) {
            case 20 -> known(m, PRODUCER, has(Part.W1_BEFORE_W2), 21);
            case 21 -> {
                m.store(WANTED, wanted(m)); // w2
                yield 22;
            }
            case 22 -> {
                arm(m, SPACE_ARMED, CONSUMER); // w2
                yield 23;
            }
            case 23 -> {
                fenceIf(m, Part.W2_FENCE);
                yield m.load(CONSUMED) >= wanted(m) ? 29 : event == Event.NONE ? 27 : 24; // w3
            }
            case 24 -> has(Part.W3_LEFT) && m.load(LEFT) == 1 ? 29 : 25;
            case 25 -> has(Part.W3_GONE) && m.load(GONE) == 1 ? 29 : 26;
            case 26 -> m.load(TIME_UP) == 1 ? 31 : 27;
            case 27 -> known(m, PRODUCER, !has(Part.W1_BEFORE_W2), 28);
            case 28 -> m.word(TOKEN) == 0 ? BLOCKED : changed(m, TOKEN, 0, 22); // w4
            case 29, 31 -> changed(m, KNOWN, 0, at + 1);
            case 30 -> changed(m, SPACE_ARMED, 0, 0);
            default -> giveUp(m);
        };
    }

    /// The rest of the message.
    private int giveUp(Machine m) {
        m.exchange(SPACE_ARMED, 0);
        m.setWord(TIME_UP, 0);
        int kind = Unit.kind(RECORDS[m.get(RECORD)]);
        if (kind == Unit.LAST) {
            m.set(ABANDONS, has(Part.ABANDON) ? 1 : 0);
        }
        m.add(RECORD, kind == Unit.FIRST ? 2 : 1);
        return 0;
    }

    /// Only one of the two ever changes.
    private static boolean peerLeaves(Machine m) {
        return m.load(GONE) == 1 || m.load(LEFT) == 1;
    }

    private boolean isEndDue(Machine m) {
        boolean early = !has(Part.ENDED_LAST) && m.load(ENDED) == 0;
        return m.get(RECORD) >= records() - (early ? 1 : 0);
    }

    /// The last one is for who has given up the message before it.
    private int records() {
        return LARGE || event == Event.TIME_UP ? RECORDS.length : RECORDS.length - 1;
    }

    private int end(Machine m, int at) {
        if (at == 40) {
            m.store(ENDED, 1);
            return 41;
        }
        int next = m.get(RECORD) < records() ? 0 : DONE;
        return has(Part.END_RINGS) ? changed(m, READY + CONSUMER, 1, next) : next;
    }

    // ReceivingSide and RingConsumer

    private int poll(Machine m, int at) {
        return switch (at) {
            case 0 -> {
                int header = m.load(unit(m.get(POSITION)));
                yield header != 0 ? consume(m, header) : m.get(TOLD) < m.get(POSITION) ? 3 : event == Event.CLOSED ? 20 : 21;
            }
            case 1 -> { // the handler
                int bytes = m.load(unit(m.get(POSITION) - 1));
                wrongUnless(m, Unit.kind(bytes) == Unit.BYTES && Unit.number(bytes) == m.get(RECORD));
                m.set(OWES, 0);
                yield 2;
            }
            case 2 -> {
                int wanted = m.load(WANTED);
                yield m.get(TOLD) < wanted && wanted <= m.get(POSITION) ? 3 : 0;
            }
            case 3 -> {
                m.store(CONSUMED, m.get(POSITION)); // n1
                m.set(TOLD, m.get(POSITION));
                yield 4;
            }
            case 4 -> {
                fenceIf(m, Part.N1_FENCE);
                yield mayRing(m, SPACE_ARMED) ? 5 : told(m); // n2
            }
            case 5 -> {
                if (m.get(POSITION) < m.load(WANTED)) { // n3
                    m.set(ARMED, 0);
                    yield told(m);
                }
                yield 6;
            }
            default -> {
                rung(m);
                yield changed(m, READY + PRODUCER, 1, told(m)); // n4, n5
            }
        };
    }

    /// The bytes follow, unless they did before.
    private static int told(Machine m) {
        return m.get(OWES) == 0 ? 0 : 1;
    }

    private int consume(Machine m, int header) {
        int kind = Unit.kind(header);
        if (kind == Unit.PADDING) {
            wrongUnless(m, m.add(POSITION, 1) % CAPACITY == 0);
            return 2;
        }
        int joining = Unit.has(header, Unit.ABANDON) ? 0 : m.get(JOINING);
        wrongUnless(m, kind != Unit.BYTES && joining == (kind == Unit.LAST ? 1 : 0));
        wrongUnless(m, Unit.number(header) == m.add(RECORD, 1));
        m.set(JOINING, kind == Unit.FIRST ? 1 : 0);
        if (!Unit.has(header, Unit.LONG)) {
            m.add(POSITION, 1);
            return 2;
        }
        m.add(POSITION, 2);
        m.set(OWES, 1);
        return has(Part.HANDED_OUT_BEFORE_TOLD) ? 1 : 3;
    }

    private int endOrNothing(Machine m, int at) {
        return switch (at) {
            case 20 -> m.load(CLOSED) == 1 ? DONE : 21;
            case 21 -> {
                m.set(FOUND, m.load(has(Part.GONE_BEFORE_ENDED) ? GONE + CONSUMER : ENDED));
                yield 22;
            }
            case 22 -> {
                boolean ended = m.load(has(Part.GONE_BEFORE_ENDED) ? ENDED : GONE + CONSUMER) == 1;
                if (!ended && m.get(FOUND) == 0) {
                    yield 30;
                }
                m.set(FOUND, ended == has(Part.GONE_BEFORE_ENDED) ? 1 : 0); // the output's end, said or not
                yield has(Part.LAST_LOOK) ? 23 : over(m);
            }
            default -> m.load(unit(m.get(POSITION))) != 0 ? 0 : over(m);
        };
    }

    private static int over(Machine m) {
        m.setWord(OVER, 1);
        wrongUnless(m, m.get(FOUND) == 1 || m.word(ENDED) == 0);
        return DONE;
    }

    private int awaitData(Machine m, int at) {
        return switch (at) {
            case 30 -> known(m, CONSUMER, has(Part.W1_BEFORE_W2), 31);
            case 31 -> {
                see(m);
                yield 32;
            }
            case 32 -> {
                arm(m, DATA_ARMED, PRODUCER); // w2
                yield 33;
            }
            case 33 -> {
                fenceIf(m, Part.W2_FENCE);
                yield m.load(unit(m.get(POSITION))) != 0 ? 40 : 34; // w3
            }
            case 34 -> has(Part.W3_ENDED) && m.load(ENDED) == 1 ? 40 : event == Event.NONE ? 37 : 35;
            case 35 -> has(Part.W3_GONE) && m.load(GONE + CONSUMER) == 1 ? 40 : 36;
            case 36 -> has(Part.W3_CLOSED) && m.load(CLOSED) == 1 ? 40 : 37;
            case 37 -> known(m, CONSUMER, !has(Part.W1_BEFORE_W2), 90);
            case 40 -> changed(m, KNOWN + CONSUMER, 0, 41);
            case 41 -> changed(m, DATA_ARMED, 0, 0);
            default -> park(m, at, 31); // w4
        };
    }

    // the processes

    /// w1.
    private static int known(Machine m, int process, boolean now, int next) {
        return now ? changed(m, KNOWN + process, 1, next) : next;
    }

    private static int changed(Machine m, int word, int value, int next) {
        m.exchange(word, value);
        return next;
    }

    private static int lead(Machine m, int process, int at) {
        return switch (at) {
            case 0 -> { // l4; whoever rings between the two steps makes it look again
                if (m.word(READY + process) == 0) {
                    yield BLOCKED;
                }
                m.setWord(READY + process, 0);
                yield tellOwn(m, process, 0);
            }
            default -> told(m, process, at, 0);
        };
    }

    /// Who is known.
    private static int tellOwn(Machine m, int process, int next) {
        return m.load(KNOWN + process) == 0 ? next : 80;
    }

    private static int told(Machine m, int process, int at, int next) {
        return process == CONSUMER ? unpark(m, at, true, next) : changed(m, TOKEN, 1, next);
    }

    private int kill(Machine m, int victim, int at) {
        int survivor = 1 - victim;
        return switch (at) {
            case 0 -> {
                m.jump(victim, DONE);
                m.jump(LEADER + victim, DONE);
                yield 1;
            }
            case 1 -> m.isDrained(victim) && m.isDrained(LEADER + victim) ? changed(m, GONE + survivor, 1, 2) : BLOCKED;
            case 2 -> has(Part.WATCH_TELLS) ? tellOwn(m, survivor, DONE) : DONE;
            default -> told(m, survivor, at, DONE);
        };
    }

    /// ShmStream.close.
    private int close(Machine m, int at) {
        boolean ringsLast = has(Part.LEAVES_BEFORE_RINGING);
        return switch (at) {
            case 0 -> changed(m, CLOSED, 1, 1);
            case 1, 2 -> {
                if (ringsLast == (at == 1)) {
                    m.store(LEFT, 1);
                    yield at + 1;
                }
                yield has(Part.LEAVING_RINGS) ? changed(m, READY + PRODUCER, 1, at + 1) : at + 1;
            }
            case 3 -> has(Part.CLOSING_TELLS) ? tellOwn(m, CONSUMER, DONE) : DONE;
            default -> told(m, CONSUMER, at, DONE);
        };
    }

    private static int timeUp(Machine m) {
        m.setWord(TIME_UP, 1);
        m.setWord(TOKEN, 1);
        return DONE;
    }

    private static void wrongUnless(Machine m, boolean right) {
        if (!right) {
            m.setWord(WRONG, 1);
        }
    }

    /// What was committed is received before the end is.
    @Override
    boolean isSound(Machine m) {
        return m.word(WRONG) == 0 && (m.word(OVER) == 0 || m.of(CONSUMER, RECORD) >= m.of(PRODUCER, PUBLISHED));
    }

    @Override
    boolean isEnd(Machine m) {
        return m.at(PRODUCER) == DONE && m.at(CONSUMER) == DONE;
    }
}
