package lapce.ipc.shm.ring;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import lapce.ipc.api.CorruptStreamException;
import lapce.ipc.shm.layout.RecordHeader;
import lapce.ipc.shm.layout.RingLayout;

/// A consumer that writes anything anywhere, between any two calls of a [RingProducer]. Each answer is computed once more,
/// and each call may change no byte but those it has room for.
public final class HostileConsumer {
    private final Script script;
    private final Arena arena;
    private final int capacity;
    private final HostileHand hand;
    private final RingProducer producer;

    private long position; // as it must be
    private long consumed; // the last checked one
    private int claimed = -1;
    private boolean abandon;
    private boolean open = true;

    private HostileConsumer(Script script, Arena arena) {
        this.script = script;
        this.arena = arena;
        this.capacity = 64 << script.below(7);
        this.hand = HostileHand.in(arena, script, capacity);
        this.producer = new RingProducer(hand.control, hand.records);
    }

    /// Plays one script.
    ///
    /// @param input the script
    public static void fuzzerTestOneInput(byte[] input) {
        try (Arena arena = Arena.ofConfined()) {
            new HostileConsumer(new Script(input), arena).run();
        }
    }

    private void run() {
        while (open && !script.isOver()) {
            step();
            Check.that(producer.position() == position && producer.isClaimed() == claimed >= 0, "state");
        }
    }

    private void step() {
        switch (script.below(8)) {
            case 0, 1 -> {
                if (claimed < 0) {
                    claim(script.upTo(producer.maxClaimLength()));
                } else {
                    commit(RecordHeader.MESSAGE + script.below(4));
                }
            }
            case 2 -> abort();
            case 3 -> {
                producer.abandon();
                abandon = true;
            }
            case 4 -> look();
            case 5 -> hand.words.set(JAVA_LONG, RingLayout.CONSUMED_POSITION, position); // as an honest one
            default -> hand.write();
        }
    }

    private void claim(int length) {
        long end = padding(length) + rounded(length) + 8;
        boolean asks = position + end - consumed > capacity;
        boolean corrupt = asks && !isPossible();
        consumed = asks && !corrupt ? hand.word(RingLayout.CONSUMED_POSITION) : consumed;
        boolean room = position + end - consumed <= capacity;
        Snapshot before = new Snapshot();
        try {
            long offset = producer.claim(length);
            Check.that(!corrupt, "an impossible position was accepted");
            if (room) {
                Check.that(offset == index(position + padding(length)) + 8, "claimed elsewhere");
                before.expectSame();
                claimed = length;
                hand.records.asSlice(offset, length).fill(script.nextByte());
            } else {
                Check.that(offset == RingProducer.NO_ROOM, "claimed what is not consumed");
                before.word(RingLayout.WANTED, position + end - capacity).expectSame();
                Check.that(producer.wantedFor(length) == position + end - capacity, "wanted");
            }
        } catch (CorruptStreamException e) {
            Check.that(corrupt, "refused without a fault", e);
            before.expectSame();
            open = false;
        }
    }

    private void commit(int kind) {
        long padding = padding(claimed);
        long record = position + padding;
        Snapshot after = new Snapshot();
        if (padding > 0) {
            after.header(index(position), padding - 8, RecordHeader.PADDING);
        }
        after.header(index(record), claimed, kind | (abandon ? RecordHeader.ABANDON : 0));
        position = record + rounded(claimed);
        after.header(index(position), 0, 0); // of the next
        claimed = -1;
        abandon = false;
        producer.commit(kind);
        after.expectSame();
        Check.that(position + 8 - consumed <= capacity, "overwrote what is not consumed");
    }

    private void abort() {
        if (claimed >= 0) {
            Snapshot before = new Snapshot();
            producer.abort();
            before.expectSame();
            claimed = -1;
        }
    }

    private void look() {
        boolean possible = isPossible();
        try {
            long now = producer.consumed();
            Check.that(possible && now == hand.word(RingLayout.CONSUMED_POSITION), "an impossible position was accepted");
            consumed = now;
        } catch (CorruptStreamException e) {
            Check.that(!possible, "refused without a fault", e);
            open = false;
        }
    }

    private boolean isPossible() {
        long word = hand.word(RingLayout.CONSUMED_POSITION);
        return word >= consumed && word <= position && word % 8 == 0;
    }

    private long index(long position) {
        return Math.floorMod(position, (long) capacity);
    }

    private long padding(int length) {
        return index(position) + rounded(length) <= capacity ? 0 : capacity - index(position);
    }

    private static long rounded(long length) {
        return 8 + (length + 7) / 8 * 8;
    }

    /// All of the memory as it is expected to be.
    private final class Snapshot {
        private final MemorySegment words = copy(hand.words);
        private final MemorySegment records = copy(hand.records);

        private MemorySegment copy(MemorySegment memory) {
            return arena.allocate(memory.byteSize(), 8).copyFrom(memory);
        }

        Snapshot word(long offset, long value) {
            words.set(JAVA_LONG, offset, value);
            return this;
        }

        void header(long index, long length, int kind) {
            records.set(JAVA_LONG, index, (long) kind << 32 | length);
        }

        void expectSame() {
            Check.that(words.mismatch(hand.words) == -1, "wrote to another word");
            Check.that(records.mismatch(hand.records) == -1, "wrote to other bytes of the ring");
        }
    }
}
