package lapce.ipc.stress;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import lapce.ipc.api.CorruptStreamException;
import lapce.ipc.api.MessageHandler;
import lapce.ipc.shm.layout.RecordHeader;
import lapce.ipc.shm.layout.RingLayout;
import lapce.ipc.shm.ring.RingConsumer;
import lapce.ipc.shm.ring.RingControl;
import lapce.ipc.shm.ring.RingProducer;

/// A ring with both its ends, in memory that the garbage collector gives back: there is one for each try, and there are millions. A message
/// is a number, in its first and its last eight bytes.
final class Ring implements MessageHandler, RingConsumer.Owner {
    /// What was read of a message whose ends differ.
    static final long TORN = -1;

    /// What was read where no record can be.
    static final long CORRUPT = -2;

    /// What every place of the ring holds after [#lap].
    static final long OLD = 1000;

    final RingProducer producer;
    final RingConsumer consumer;
    private final MemorySegment records;
    private final long capacity;
    private final long[] received = new long[4];
    private int count;

    Ring(int capacity) {
        this.capacity = capacity;
        this.records = MemorySegment.ofArray(new long[capacity / Long.BYTES]);
        RingControl control = new RingControl(MemorySegment.ofArray(new long[(int) RingLayout.LAYOUT.byteSize() / Long.BYTES]), 0);
        this.producer = new RingProducer(control, records);
        this.consumer = new RingConsumer(control, records, capacity, this);
    }

    /// Once round the ring with messages of eight bytes, so that old headers lie where new ones will be looked for.
    ///
    /// @param end the position to come to
    Ring lap(long end) {
        while (producer.position() < end) {
            offer(OLD, Long.BYTES);
            poll(1);
        }
        Arrays.fill(received, 0);
        count = 0;
        return this;
    }

    /// @param length of the message, in bytes, 8 or more
    boolean offer(long number, int length) {
        try {
            long offset = producer.claim(length);
            if (offset == RingProducer.NO_ROOM) {
                return false;
            }
            records.set(JAVA_LONG, offset, number);
            records.set(JAVA_LONG, offset + length - Long.BYTES, number);
            producer.commit(RecordHeader.MESSAGE);
            return true;
        } catch (CorruptStreamException e) {
            throw new AssertionError(e);
        }
    }

    int poll(int limit) {
        try {
            return consumer.poll(this, limit);
        } catch (CorruptStreamException e) {
            add(CORRUPT);
            return 1;
        }
    }

    /// @param index 0 for the first message since [#lap]
    /// @return its number, or [#TORN] or [#CORRUPT], or 0 if it has not come
    long received(int index) {
        return received[index];
    }

    /// How many have come.
    int count() {
        return count;
    }

    @Override
    public void onMessage(MemorySegment segment, long offset, int length) {
        long first = segment.get(JAVA_LONG, offset);
        long last = segment.get(JAVA_LONG, offset + length - Long.BYTES);
        add(first == last ? first : TORN);
    }

    private void add(long number) {
        received[count++ & received.length - 1] = number;
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public void roomMade() {}
}
