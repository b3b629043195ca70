package lapce.ipc.shm.ring;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import lapce.ipc.shm.layout.ArmedWord;
import lapce.ipc.shm.layout.RecordHeader;
import lapce.ipc.shm.layout.RingLayout;

/// A peer's hand in one direction's memory: writes to all of it as its script says, often what nearly makes sense, so that
/// the checks behind the first one are reached too.
public final class HostileHand {
    final MemorySegment words;
    final MemorySegment records;
    final RingControl control;

    private final Script script;
    private final long capacity;

    /// A hand that reaches no further.
    ///
    /// @param script what to write
    /// @param words the direction's [RingLayout]
    /// @param records its ring
    public HostileHand(Script script, MemorySegment words, MemorySegment records) {
        this.script = script;
        this.words = words;
        this.records = records;
        this.capacity = records.byteSize();
        this.control = new RingControl(words, 0);
    }

    /// One in memory of its own. Nothing lies around it: an access beyond it is an exception.
    static HostileHand in(Arena arena, Script script, int capacity) {
        MemorySegment records = arena.allocate(capacity, RecordHeader.BYTES);
        for (long i = 0; i < capacity; i += Long.BYTES) {
            records.set(JAVA_LONG, i, i * 0x9E37_79B9_7F4A_7C15L); // no two places look the same, and nothing is at the first
        }
        return new HostileHand(script, arena.allocate(RingLayout.LAYOUT), records);
    }

    long word(long offset) {
        return words.get(JAVA_LONG, offset);
    }

    /// One write.
    public void write() {
        switch (script.below(16)) {
            case 0 -> RecordHeader.clearOpaque(records, place());
            case 1 -> position(RingLayout.CONSUMED_POSITION);
            case 2 -> position(RingLayout.WANTED);
            case 3 -> RecordHeader.writeRelease(records, place(), length(), kind());
            case 4 -> records.set(JAVA_LONG, place(), script.nextLong());
            case 5 -> arm(RingLayout.DATA_ARMED);
            case 6 -> arm(RingLayout.SPACE_ARMED);
            case 7 -> end();
            case 8, 9, 10 -> words.set(JAVA_LONG, RingLayout.CONSUMED_POSITION, published());
            default -> append();
        }
    }

    private void position(long offset) {
        words.set(JAVA_LONG, offset, script.near(base()));
    }

    private long base() {
        return script.below(2) == 0 ? word(RingLayout.CONSUMED_POSITION) : published();
    }

    /// Where the records end that begin at the consumed position.
    private long published() {
        long position = word(RingLayout.CONSUMED_POSITION) & -RecordHeader.BYTES;
        long most = position + capacity;
        while (position < most) {
            long header = records.get(JAVA_LONG, index(position));
            long length = RecordHeader.recordLength(RecordHeader.length(header));
            if (header == 0 || length < RecordHeader.BYTES || length > capacity - index(position)) {
                break;
            }
            position += length;
        }
        return position;
    }

    /// A new number, so that the other end wakes its peer once more.
    private void arm(long offset) {
        words.set(JAVA_INT, offset, ArmedWord.of(script.nextByte(), script.below(4)));
    }

    /// Seldom, since little comes after it.
    private void end() {
        switch (script.below(16)) {
            case 1 -> words.set(JAVA_INT, RingLayout.OUTPUT_CLOSED, script.nextByte());
            case 2 -> words.set(JAVA_INT, RingLayout.INPUT_CLOSED, script.nextByte());
            default -> append();
        }
    }

    /// What an honest producer would do next, but for the kind, for whether there is room, and at times for the padding.
    private void append() {
        long position = published();
        int length = script.upTo((int) capacity / 2 - RecordHeader.BYTES);
        long toEnd = capacity - index(position);
        if (RecordHeader.recordLength(length) > toEnd && script.below(4) != 1) {
            RecordHeader.writeRelease(records, index(position), (int) toEnd - RecordHeader.BYTES, RecordHeader.PADDING);
            position += toEnd;
        }
        RecordHeader.clearOpaque(records, index(position + RecordHeader.recordLength(length)));
        RecordHeader.writeRelease(records, index(position), length, kind());
    }

    private int kind() {
        int choice = script.below(16);
        return switch (choice) {
            case 14 -> script.nextInt();
            case 15 -> RecordHeader.FIRST | RecordHeader.ABANDON;
            default -> choice % 7;
        };
    }

    private int length() {
        return script.below(4) == 0 ? script.nextInt() : script.upTo((int) capacity);
    }

    private long place() {
        return index(script.near(base()));
    }

    private long index(long position) {
        return position & capacity - RecordHeader.BYTES;
    }
}
