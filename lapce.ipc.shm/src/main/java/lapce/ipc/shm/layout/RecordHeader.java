package lapce.ipc.shm.layout;

import static lapce.ipc.shm.layout.Layouts.INT;
import static lapce.ipc.shm.layout.Layouts.LONG;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.VarHandle;

/// The header in front of each record of a ring, as one word: length in the low half, kind in the high half. It is read
/// once, as a whole, so that a peer cannot change one half after the other was checked. Writing it publishes the record: no header is 0,
/// and the place of the next one is.
public final class RecordHeader {
    /// The header as a struct.
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(INT.withName("length"), INT.withName("kind"));

    /// Bytes of a header; also the alignment of every record.
    public static final int BYTES = (int) LAYOUT.byteSize();

    /// A whole message.
    public static final int MESSAGE = 1;

    /// The first fragment of a message.
    public static final int FIRST = 2;

    /// A fragment that is neither first nor last.
    public static final int MIDDLE = 3;

    /// The last fragment of a message.
    public static final int LAST = 4;

    /// The unused end of the ring; its length covers all of it.
    public static final int PADDING = 5;

    /// Added to the kind of the record after an unfinished message: the fragments so far are void.
    public static final int ABANDON = 0x100;

    private static final VarHandle WORD = LONG.varHandle().withInvokeExactBehavior();

    private RecordHeader() {}

    /// What a record takes in the ring.
    ///
    /// @param length bytes of the message or fragment
    /// @return header, bytes and padding to a multiple of 8
    public static long recordLength(long length) {
        return BYTES + length + (BYTES - 1) & -BYTES;
    }

    /// Says that nothing is there yet.
    ///
    /// @param records the ring
    /// @param index where the next record will start
    public static void clearOpaque(MemorySegment records, long index) {
        WORD.setOpaque(records, index, 0L);
    }

    /// Writes a header, and thereby publishes the record behind it.
    ///
    /// @param records the ring
    /// @param index where the record starts
    /// @param length bytes of the message or fragment
    /// @param kind one of the kinds above
    public static void writeRelease(MemorySegment records, long index, int length, int kind) {
        WORD.setRelease(records, index, (long) kind << Integer.SIZE | length & 0xffff_ffffL);
    }

    /// Reads a header.
    ///
    /// @param records the ring
    /// @param index where a record starts, or will
    /// @return the word, for [#length] and [#kind]; 0 if nothing is there yet
    public static long readAcquire(MemorySegment records, long index) {
        return (long) WORD.getAcquire(records, index);
    }

    /// The length in a header; nothing about it is checked.
    ///
    /// @param header the word
    /// @return the length
    public static int length(long header) {
        return (int) header;
    }

    /// The kind in a header; nothing about it is checked.
    ///
    /// @param header the word
    /// @return the kind
    public static int kind(long header) {
        return (int) (header >>> Integer.SIZE);
    }
}
