package lapce.ipc.shm.ring;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import lapce.ipc.api.CorruptStreamException;
import lapce.ipc.shm.layout.RecordHeader;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class RingProperties {
    private static final byte POISON = (byte) 0xDE;
    private static final int MOST_POLLED = 20;

    /// A number of 0 or more offers a message of about so many bytes; a negative one polls for so many.
    @Provide
    Arbitrary<List<Integer>> steps() {
        return Arbitraries.oneOf(Arbitraries.integers().between(0, 2000), Arbitraries.integers().between(-MOST_POLLED, -1))
                .list()
                .ofMaxSize(300);
    }

    @Provide
    Arbitrary<Integer> capacities() {
        return Arbitraries.of(64, 128, 256, 4096, 8192, 65_536);
    }

    @Property(tries = 300)
    void messagesArriveInOrderForAnyLengthsAndAnyInterleaving(
            @ForAll @From("capacities") int capacity, @ForAll @From("steps") List<Integer> steps)
            throws CorruptStreamException {
        Ring ring = new Ring(capacity, capacity);
        Queue<byte[]> sent = new ArrayDeque<>();
        for (int i = 0; i < steps.size(); i++) {
            step(ring, sent, steps.get(i), i);
        }
        while (!sent.isEmpty()) {
            assertTrue(pollAndCompare(ring, sent, MOST_POLLED) > 0, "messages left: " + sent.size());
        }
        assertEquals(0, ring.poll());
        assertEquals(ring.position(), ring.consumed());
        assertNotEquals(RingProducer.NO_ROOM, ring.producer.claim(0));
    }

    /// Whatever is not between the consumed and the published position is poison, so a byte of it that is read or handed
    /// out is seen. A claim that is filled but not committed lies there too.
    @Property(tries = 200)
    void neverHandsOutUnpublishedBytes(
            @ForAll @From("capacities") int capacity, @ForAll @From("steps") List<Integer> steps)
            throws CorruptStreamException {
        Ring ring = new Ring(capacity, capacity);
        ring.records.fill(POISON);
        RecordHeader.clearOpaque(ring.records, 0);
        Queue<byte[]> sent = new ArrayDeque<>();
        for (int i = 0; i < steps.size(); i++) {
            long before = ring.consumed();
            step(ring, sent, steps.get(i), i);
            poison(ring, before, ring.consumed());
            int most = ring.producer.maxClaimLength();
            long claim = ring.producer.claim(most);
            if (claim != RingProducer.NO_ROOM) {
                ring.records.asSlice(claim, most).fill(POISON);
                ring.producer.abort();
            }
        }
    }

    @Property(tries = 200)
    void neverOverwritesUnconsumedBytes(
            @ForAll @From("capacities") int capacity, @ForAll @From("steps") List<Integer> steps)
            throws CorruptStreamException {
        Ring ring = new Ring(capacity, capacity);
        Queue<byte[]> sent = new ArrayDeque<>();
        for (int i = 0; i < steps.size(); i++) {
            byte[] before = unconsumed(ring, ring.consumer.position(), ring.position());
            long from = ring.consumer.position();
            long to = ring.position();
            step(ring, sent, steps.get(i), i);
            assertArrayEquals(before, unconsumed(ring, from, to));
            assertTrue(ring.position() + RecordHeader.BYTES - ring.consumed() <= capacity);
        }
    }

    @Property(tries = 2000)
    void anyGarbageInTheRegionEndsInDeclaredExceptionsOnly(
            @ForAll @From("capacities") int capacity, @ForAll long seed) {
        Random random = new Random(seed);
        Ring ring = new Ring(Math.min(capacity, 4096), 500);
        for (int round = 0; round < 20; round++) {
            garble(ring, random);
            int[] handed = new int[1];
            try {
                ring.consumer.poll(
                        (segment, offset, length) -> {
                            handed[0]++;
                            assertTrue(length <= 500, "length=" + length);
                            assertNotNull(segment.asSlice(offset, length));
                        },
                        Integer.MAX_VALUE);
            } catch (CorruptStreamException e) {
                assertNotNull(e.getMessage());
            }
            assertTrue(handed[0] <= 4096 / RecordHeader.BYTES, "handed=" + handed[0]);
            int length = random.nextInt(ring.producer.maxClaimLength() + 1);
            try {
                long offset = ring.producer.claim(length);
                if (offset != RingProducer.NO_ROOM) {
                    ring.records.asSlice(offset, length).fill((byte) 1);
                    ring.producer.commit(RecordHeader.MESSAGE);
                }
            } catch (CorruptStreamException e) {
                assertNotNull(e.getMessage());
            }
        }
    }

    private static void step(Ring ring, Queue<byte[]> sent, int step, int seed) throws CorruptStreamException {
        if (step < 0) {
            pollAndCompare(ring, sent, -step);
            return;
        }
        byte[] message = Ring.bytes(step % (ring.producer.maxClaimLength() + 1), seed);
        if (ring.offer(message)) {
            sent.add(message);
        } else {
            assertTrue(ring.position() > ring.consumed(), "an empty ring takes every message");
        }
    }

    private static int pollAndCompare(Ring ring, Queue<byte[]> sent, int limit) throws CorruptStreamException {
        ring.received.clear();
        int count = ring.poll(limit);
        assertTrue(count <= limit);
        assertEquals(count, ring.received.size());
        for (byte[] message : ring.received) {
            assertArrayEquals(sent.remove(), message);
        }
        return count;
    }

    private static void assertNotEquals(long unexpected, long actual) {
        assertTrue(unexpected != actual, "is " + actual);
    }

    private static byte[] unconsumed(Ring ring, long from, long to) {
        byte[] bytes = new byte[(int) (to - from)];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = ring.records.get(ValueLayout.JAVA_BYTE, (from + i) % ring.records.byteSize());
        }
        return bytes;
    }

    private static void poison(Ring ring, long from, long to) {
        for (long at = from; at < to; at++) {
            ring.records.set(ValueLayout.JAVA_BYTE, at % ring.records.byteSize(), POISON);
        }
    }

    /// Some of it nearly right, so that the checks behind the first one are reached too.
    private static void garble(Ring ring, Random random) {
        long capacity = ring.records.byteSize();
        if (random.nextInt(4) == 0) {
            ring.consumed(random.nextInt(4) == 0 ? random.nextLong() : 8L * random.nextLong(capacity));
        }
        byte[] noise = new byte[(int) capacity];
        if (random.nextBoolean()) {
            random.nextBytes(noise);
        } else {
            Arrays.fill(noise, (byte) random.nextInt());
        }
        ring.records.asByteBuffer().put(noise);
        int spacing = 8 << random.nextInt(5);
        for (long index = 0; index < capacity; index += spacing) {
            int kind = random.nextInt(7) | (random.nextInt(8) == 0 ? RecordHeader.ABANDON : 0);
            int length = random.nextInt(16) == 0 ? random.nextInt() : Math.max(0, spacing - 8 - random.nextInt(8));
            RecordHeader.writeRelease(ring.records, index, length, kind);
        }
    }
}
