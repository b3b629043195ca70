package lapce.ipc.shm.ring;

import java.lang.foreign.MemorySegment;
import lapce.ipc.api.CorruptStreamException;
import lapce.ipc.shm.Step;
import lapce.ipc.shm.layout.RecordHeader;

/// The writing end of a ring. One thread at a time owns it; the protocol is on the package page.
public final class RingProducer {
    /// What [#claim] returns when there is no room.
    public static final long NO_ROOM = -1;

    private final RingControl control;
    private final MemorySegment records;
    private final long capacity;

    private long position; // bytes published; only this end moves it
    private long consumed; // the consumer's position when last asked
    private int claimed = -1; // bytes of the open claim, -1 if there is none
    private boolean abandon; // the next record says that the fragments before it are void

    /// Opens the writing end of a fresh ring.
    ///
    /// @param control the direction's words
    /// @param records the ring's bytes, a power of two
    public RingProducer(RingControl control, MemorySegment records) {
        this.control = control;
        this.records = records;
        this.capacity = records.byteSize();
    }

    /// Bytes published.
    ///
    /// @return a position
    public long position() {
        return position;
    }

    /// The longest message that is one record.
    ///
    /// @return bytes
    public int maxClaimLength() {
        return (int) (capacity / 2) - RecordHeader.BYTES;
    }

    /// The ring's bytes, which claims lie in.
    ///
    /// @return the memory
    public MemorySegment records() {
        return records;
    }

    /// Whether a claim is open.
    ///
    /// @return true between [#claim] and [#commit] or [#abort]
    public boolean isClaimed() {
        return claimed >= 0;
    }

    /// Reserves a record; nothing of it is visible yet.
    ///
    /// @param length 0 to [#maxClaimLength()]
    /// @return where in [#records()] its bytes start, or [#NO_ROOM]
    /// @throws CorruptStreamException if the consumer's position is impossible
    public long claim(int length) throws CorruptStreamException {
        long padding = paddingBefore(length);
        if (!hasRoom(padding + RecordHeader.recordLength(length) + RecordHeader.BYTES)) {
            control.wantedOpaque(wantedFor(length)); // pairs with wantedOpaque in RingConsumer.headerAfterTelling
            return NO_ROOM;
        }
        claimed = length;
        return index(position + padding) + RecordHeader.BYTES;
    }

    /// Publishes the claimed record.
    ///
    /// @param kind a kind of [RecordHeader]
    public void commit(int kind) {
        long padding = paddingBefore(claimed);
        long record = position + padding;
        long end = record + RecordHeader.recordLength(claimed);
        RecordHeader.clearOpaque(records, index(end)); // the consumer looks there once it has this record
        Step.RECORD_WRITTEN.reached();
        // either pairs with readAcquire in RingConsumer
        RecordHeader.writeRelease(records, index(record), claimed, abandon ? kind | RecordHeader.ABANDON : kind);
        if (padding > 0) {
            Step.RECORD_BEHIND_PADDING.reached();
            RecordHeader.writeRelease(records, index(position), (int) padding - RecordHeader.BYTES, RecordHeader.PADDING);
        }
        position = end;
        claimed = -1;
        abandon = false;
    }

    /// Gives the claimed record back.
    public void abort() {
        claimed = -1;
    }

    /// Gives up a message of which fragments are published already.
    public void abandon() {
        abandon = true;
    }

    /// The consumed position from which on a record fits.
    ///
    /// @param length 0 to [#maxClaimLength()]
    /// @return a position
    public long wantedFor(int length) {
        return position + paddingBefore(length) + RecordHeader.recordLength(length) + RecordHeader.BYTES - capacity;
    }

    /// Asks how far the consumer is.
    ///
    /// @return a position, checked
    /// @throws CorruptStreamException if it is impossible
    public long consumed() throws CorruptStreamException {
        long now = control.consumedAcquire(); // pairs with consumedRelease in RingConsumer.tell
        if (now < consumed || now > position || (now & RecordHeader.BYTES - 1) != 0) {
            throw new CorruptStreamException("corrupt ring: consumedPosition=" + now + ", before=" + consumed
                    + ", position=" + position + "; the stream is closed");
        }
        consumed = now;
        return now;
    }

    private boolean hasRoom(long length) throws CorruptStreamException {
        return position + length - consumed <= capacity || position + length - consumed() <= capacity;
    }

    /// A record is contiguous, so the end of the ring may stay unused.
    private long paddingBefore(int length) {
        long toEnd = capacity - index(position);
        return RecordHeader.recordLength(length) <= toEnd ? 0 : toEnd;
    }

    private long index(long position) {
        return position & capacity - 1;
    }
}
