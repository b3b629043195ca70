package lapce.ipc.shm.ring;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import lapce.ipc.api.CorruptStreamException;
import lapce.ipc.shm.layout.RecordHeader;
import lapce.ipc.shm.layout.RingLayout;

/// A ring in plain memory with both its ends, and a hand in its bytes.
final class Ring {
    static final int MAX_MESSAGE_LENGTH = 1000;

    final MemorySegment words = Arena.ofAuto().allocate(RingLayout.LAYOUT);
    final MemorySegment records;
    final RingControl control = new RingControl(words, 0);
    final RingProducer producer;
    final RingConsumer consumer;
    final List<byte[]> received = new ArrayList<>();
    final List<Long> told = new ArrayList<>();
    boolean open = true;

    Ring(int capacity) {
        this(capacity, MAX_MESSAGE_LENGTH);
    }

    Ring(int capacity, int maxMessageLength) {
        this.records = Arena.ofAuto().allocate(capacity, 8);
        this.producer = new RingProducer(control, records);
        this.consumer = new RingConsumer(control, records, maxMessageLength, new Owner());
    }

    /// Reads on until it is closed, and counts what the producer is told.
    final class Owner implements RingConsumer.Owner {
        @Override
        public boolean isOpen() {
            return open;
        }

        @Override
        public void roomMade() {
            told.add(consumed());
        }
    }

    boolean offer(byte... message) throws CorruptStreamException {
        return offer(RecordHeader.MESSAGE, message);
    }

    boolean offer(int kind, byte... message) throws CorruptStreamException {
        long offset = producer.claim(message.length);
        if (offset == RingProducer.NO_ROOM) {
            return false;
        }
        MemorySegment.copy(message, 0, records, JAVA_BYTE, offset, message.length);
        producer.commit(kind);
        return true;
    }

    int poll(int limit) throws CorruptStreamException {
        return consumer.poll(
                (segment, offset, length) -> received.add(segment.asSlice(offset, length).toArray(JAVA_BYTE)), limit);
    }

    int poll() throws CorruptStreamException {
        return poll(Integer.MAX_VALUE);
    }

    byte[] last() {
        return received.getLast();
    }

    Ring header(long index, int length, int kind) {
        RecordHeader.writeRelease(records, index, length, kind);
        return this;
    }

    Ring consumed(long position) {
        words.set(JAVA_LONG, RingLayout.CONSUMED_POSITION, position);
        return this;
    }

    long position() {
        return producer.position();
    }

    long consumed() {
        return words.get(JAVA_LONG, RingLayout.CONSUMED_POSITION);
    }

    int kindAt(long index) {
        return records.get(JAVA_INT, index + 4);
    }

    int lengthAt(long index) {
        return records.get(JAVA_INT, index);
    }

    static byte[] bytes(int length, int seed) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (seed * 37 + i);
        }
        return bytes;
    }
}
