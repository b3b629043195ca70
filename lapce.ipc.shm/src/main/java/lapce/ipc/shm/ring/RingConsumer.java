package lapce.ipc.shm.ring;

import java.lang.foreign.MemorySegment;
import lapce.ipc.api.CorruptStreamException;
import lapce.ipc.api.MessageHandler;
import lapce.ipc.shm.Step;
import lapce.ipc.shm.layout.RecordHeader;

/// The reading end of a ring. One thread at a time owns it; the protocol is on the package page.
public final class RingConsumer {
    /// Who reads the ring.
    public interface Owner {
        /// Whether the ring may still be read; a handler may end that.
        ///
        /// @return false once its memory may be gone
        boolean isOpen();

        /// The consumed position was moved: a producer that waits for room may have to be woken.
        void roomMade();
    }

    private static final long TOUCHED_AHEAD = 64; // bytes: a cache line, of which smaller ones would only be touched too late

    private final RingControl control;
    private final MemorySegment records;
    private final long capacity;
    private final int maxMessageLength;
    private final Reassembly reassembly;
    private final Owner owner;

    private long position; // bytes consumed; only this end moves it
    private long told; // bytes consumed as the producer may know
    @SuppressWarnings("UnusedVariable") // its value means nothing; the load must not be left out
    private long touched;

    /// Opens the reading end of a fresh ring.
    ///
    /// @param control the direction's words
    /// @param records the ring's bytes, a power of two
    /// @param maxMessageLength the longest message to accept
    /// @param owner who reads
    public RingConsumer(RingControl control, MemorySegment records, int maxMessageLength, Owner owner) {
        this.control = control;
        this.records = records.asReadOnly();
        this.capacity = records.byteSize();
        this.maxMessageLength = maxMessageLength;
        this.reassembly = new Reassembly(maxMessageLength);
        this.owner = owner;
    }

    /// Bytes consumed.
    ///
    /// @return a position
    public long position() {
        return position;
    }

    /// Hands out messages that are there. Fragments are consumed even if they complete no message, so compare
    /// [#position()] to see whether anything was. No more than a ring's bytes are consumed, however fast more come. The producer is told
    /// at the end; earlier if it waits for what is consumed already, since a handler may take its time.
    ///
    /// @param handler gets each message; if it throws, its message is consumed
    /// @param limit how many messages at most
    /// @return how many messages were handed out
    /// @throws CorruptStreamException if a header is impossible
    public int poll(MessageHandler handler, int limit) throws CorruptStreamException {
        long header = header();
        if (header == 0) {
            return 0;
        }
        long most = position + capacity;
        int count = 0;
        try {
            while (header != 0) {
                count += consume(header, handler);
                header = count < limit && position < most && owner.isOpen() ? headerAfterTelling() : 0;
            }
        } finally {
            if (told != position && owner.isOpen()) {
                tell();
            }
        }
        return count;
    }

    private long headerAfterTelling() {
        long wanted = control.wantedOpaque(); // pairs with wantedOpaque in RingProducer.claim, for speed only
        if (told < wanted && wanted <= position) {
            tell();
        }
        return header();
    }

    private void tell() {
        told = position;
        control.consumedRelease(position); // pairs with consumedAcquire in RingProducer.consumed
        Step.CONSUMED.reached();
        owner.roomMade();
    }

    /// Whether a record is there. For who finds none again and again: the second line of the next one comes along, and is there when its
    /// first one is (ADR 15).
    ///
    /// @return false if the next record is not published yet
    public boolean hasNext() {
        if (header() != 0) {
            return true;
        }
        touched = RecordHeader.readAcquire(records, position + TOUCHED_AHEAD & capacity - 1);
        return false;
    }

    private long header() {
        return RecordHeader.readAcquire(records, position & capacity - 1); // pairs with writeRelease in RingProducer.commit
    }

    /// The length is bounded by the ring's end, so that no header leads out of the ring.
    private int consume(long header, MessageHandler handler) throws CorruptStreamException {
        long index = position & capacity - 1;
        int length = RecordHeader.length(header);
        long end = position + RecordHeader.recordLength(length);
        if (length < 0 || end - position > capacity - index) {
            throw corrupt("length", length);
        }
        int kind = RecordHeader.kind(header);
        if ((kind & RecordHeader.ABANDON) != 0) {
            reassembly.abandon();
            kind &= ~RecordHeader.ABANDON;
        }
        long offset = index + RecordHeader.BYTES;
        int count = 0;
        switch (kind) {
            case RecordHeader.MESSAGE -> {
                checkOrder(!reassembly.isOpen(), kind);
                if (length > maxMessageLength) {
                    throw corrupt("length above maxMessageLength, length", length);
                }
                position = end; // before the handler, which may throw
                handler.onMessage(records, offset, length);
                Step.HANDED_OUT.reached();
                count = 1;
            }
            case RecordHeader.FIRST, RecordHeader.MIDDLE, RecordHeader.LAST -> {
                checkOrder(reassembly.isOpen() == (kind != RecordHeader.FIRST), kind);
                if (!reassembly.append(records, offset, length)) {
                    throw corrupt("fragments longer than maxMessageLength with length", length);
                }
                position = end;
                Step.FRAGMENT_JOINED.reached();
                if (kind == RecordHeader.LAST) {
                    count = reassembly.handOut(handler);
                }
            }
            case RecordHeader.PADDING -> {
                if ((end & capacity - 1) != 0) {
                    throw corrupt("padding length", length);
                }
                position = end;
            }
            default -> throw corrupt("kind", kind);
        }
        return count;
    }

    private void checkOrder(boolean asExpected, int kind) throws CorruptStreamException {
        if (!asExpected) {
            throw corrupt("kind out of order, kind", kind);
        }
    }

    private CorruptStreamException corrupt(String what, int value) {
        return new CorruptStreamException(
                "corrupt record: index=" + (position & capacity - 1) + ", " + what + "=" + value + "; the stream is closed");
    }
}
