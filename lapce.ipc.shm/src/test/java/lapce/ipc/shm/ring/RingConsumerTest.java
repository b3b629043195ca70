package lapce.ipc.shm.ring;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.List;
import lapce.ipc.api.CorruptStreamException;
import lapce.ipc.shm.layout.RecordHeader;
import org.junit.jupiter.api.Test;

class RingConsumerTest {
    private static final byte[] A = Ring.bytes(10, 1);
    private static final byte[] B = Ring.bytes(8, 2);
    private static final byte[] C = Ring.bytes(3, 3);

    private final Ring ring = new Ring(256);

    @Test
    void producerIsToldOnceForABatchItDoesNotWaitFor() throws CorruptStreamException {
        Ring ring = new Ring(64);
        ring.offer();
        ring.offer();
        ring.offer();
        assertEquals(3, ring.poll());
        assertEquals(List.of(24L), ring.told);
    }

    @Test
    void producerThatFoundNoRoomIsToldInTheMidstOfABatch() throws CorruptStreamException {
        Ring ring = new Ring(64);
        while (ring.offer()) {} // the last one asks for 8 bytes in vain
        assertEquals(7, ring.poll());
        assertEquals(List.of(8L, 56L), ring.told);
    }

    @Test
    void handlerThatClosesGetsNoMoreAndNothingIsTold() throws CorruptStreamException {
        Ring ring = new Ring(64);
        ring.offer();
        ring.offer();
        assertEquals(1, ring.consumer.poll((_, _, _) -> ring.open = false, 10));
        assertEquals(List.of(), ring.told);
        assertEquals(0, ring.consumed());
    }

    @Test
    void messagesComeInOrderAndNoMoreThanTheLimit() throws CorruptStreamException {
        ring.offer(A);
        ring.offer(B);
        ring.offer(C);
        assertEquals(2, ring.poll(2));
        assertEquals(1, ring.poll(2));
        assertEquals(0, ring.poll(2));
        assertArrayEquals(A, ring.received.get(0));
        assertArrayEquals(B, ring.received.get(1));
        assertArrayEquals(C, ring.received.get(2));
    }

    @Test
    void handlerCannotWriteToTheRing() throws CorruptStreamException {
        ring.offer(A);
        ring.consumer.poll((segment, _, _) -> assertTrue(segment.isReadOnly()), 1);
    }

    @Test
    void messageWhoseHandlerThrowsIsConsumed() throws CorruptStreamException {
        ring.offer(A);
        ring.offer(B);
        assertThrows(ArithmeticException.class, () -> ring.consumer.poll(
                (_, _, _) -> {
                    throw new ArithmeticException();
                },
                2));
        assertEquals(24, ring.consumed());
        assertEquals(1, ring.poll());
        assertArrayEquals(B, ring.last());
    }

    @Test
    void fragmentsAreOneMessage() throws CorruptStreamException {
        ring.offer(RecordHeader.FIRST, A);
        assertEquals(0, ring.poll());
        assertEquals(ring.position(), ring.consumed(), "fragments make room at once");
        ring.offer(RecordHeader.MIDDLE, B);
        ring.offer(RecordHeader.LAST, C);
        assertEquals(1, ring.poll());
        assertArrayEquals(joined(A, B, C), ring.last());
    }

    @Test
    void abandonedFragmentsAreVoid() throws CorruptStreamException {
        ring.offer(RecordHeader.FIRST, A);
        ring.offer(RecordHeader.MIDDLE, A);
        ring.producer.abandon();
        ring.offer(B);
        assertEquals(1, ring.poll());
        assertArrayEquals(B, ring.last());
    }

    @Test
    void abandonedFragmentsMayBeFollowedByFragments() throws CorruptStreamException {
        ring.offer(RecordHeader.FIRST, A);
        ring.producer.abandon();
        ring.offer(RecordHeader.FIRST, B);
        ring.offer(RecordHeader.LAST, C);
        assertEquals(1, ring.poll());
        assertArrayEquals(joined(B, C), ring.last());
    }

    @Test
    void handlerMayThrowOnFragmentsToo() throws CorruptStreamException {
        ring.offer(RecordHeader.FIRST, A);
        ring.offer(RecordHeader.LAST, B);
        assertThrows(ArithmeticException.class, () -> ring.consumer.poll(
                (_, _, _) -> {
                    throw new ArithmeticException();
                },
                1));
        ring.offer(C);
        assertEquals(1, ring.poll());
        assertArrayEquals(C, ring.last());
    }

    @Test
    void messageOfExactlyTheLongestLengthIsAccepted() throws CorruptStreamException {
        Ring small = new Ring(256, 18);
        small.offer(RecordHeader.FIRST, A);
        small.offer(RecordHeader.LAST, B);
        assertEquals(1, small.poll());
        small.offer(Ring.bytes(18, 1));
        assertEquals(1, small.poll());
    }

    @Test
    void negativeLengthIsCorrupt() {
        assertCorrupt(ring.header(0, -1, RecordHeader.MESSAGE), "length=-1");
        assertCorrupt(new Ring(64).header(0, Integer.MIN_VALUE, RecordHeader.MESSAGE), "length=-2147483648");
    }

    @Test
    void recordLongerThanTheRingIsCorrupt() {
        assertCorrupt(ring.header(0, 249, RecordHeader.MESSAGE), "length=249");
        assertCorrupt(new Ring(64).header(0, Integer.MAX_VALUE, RecordHeader.MESSAGE), "length=2147483647");
    }

    @Test
    void pollEndsThoughMoreAndMoreComes() throws CorruptStreamException {
        Ring ring = new Ring(64);
        ring.header(0, 56, RecordHeader.PADDING);
        assertEquals(0, ring.poll(), "the same padding again and again");
        assertEquals(64, ring.consumed());
        ring.header(0, 0, RecordHeader.FIRST | RecordHeader.ABANDON);
        for (int index = 8; index < 64; index += 8) {
            ring.header(index, 0, RecordHeader.MIDDLE);
        }
        assertEquals(0, ring.poll());
        assertEquals(128, ring.consumed());
    }

    @Test
    void recordBeyondTheEndOfTheRingIsCorrupt() throws CorruptStreamException {
        for (int i = 0; i < 15; i++) {
            ring.offer(B);
        }
        ring.poll();
        assertCorrupt(ring.header(240, 16, RecordHeader.MESSAGE), "length=16");
    }

    @Test
    void unknownKindIsCorrupt() {
        assertCorrupt(ring.header(0, 1, 0), "kind=0");
        assertCorrupt(new Ring(64).header(0, 0, 6), "kind=6");
        assertCorrupt(new Ring(64).header(0, 0, -1 & ~RecordHeader.ABANDON), "kind=-257");
    }

    @Test
    void middleAndLastWithoutFirstAreCorrupt() {
        assertCorrupt(ring.header(0, 0, RecordHeader.MIDDLE), "kind=3");
        assertCorrupt(new Ring(64).header(0, 0, RecordHeader.LAST), "kind=4");
    }

    @Test
    void messageAndFirstInsideFragmentsAreCorrupt() throws CorruptStreamException {
        ring.offer(RecordHeader.FIRST, A);
        ring.offer(B);
        assertCorrupt(ring, "kind=1");
        Ring other = new Ring(64);
        other.offer(RecordHeader.FIRST);
        other.offer(RecordHeader.FIRST);
        assertCorrupt(other, "kind=2");
    }

    @Test
    void continuationOfAbandonedFragmentsIsCorrupt() throws CorruptStreamException {
        ring.offer(RecordHeader.FIRST, A);
        ring.producer.abandon();
        ring.offer(RecordHeader.LAST, B);
        assertCorrupt(ring, "kind=4");
    }

    @Test
    void paddingThatDoesNotReachTheEndIsCorrupt() {
        assertCorrupt(ring.header(0, 0, RecordHeader.PADDING), "padding");
    }

    @Test
    void fragmentsLongerThanTheLongestMessageAreCorrupt() throws CorruptStreamException {
        Ring small = new Ring(256, 17);
        small.offer(RecordHeader.FIRST, A);
        small.offer(RecordHeader.LAST, B);
        assertCorrupt(small, "maxMessageLength");
    }

    @Test
    void messageLongerThanTheLongestIsCorrupt() throws CorruptStreamException {
        Ring small = new Ring(256, 9);
        small.offer(A);
        assertCorrupt(small, "maxMessageLength");
    }

    @Test
    void corruptionNamesTheIndexOfTheRecordItIsIn() throws CorruptStreamException {
        ring.offer(B);
        ring.poll();
        assertCorrupt(ring.header(16, -1, RecordHeader.MESSAGE), "index=16,");
        Ring other = new Ring(256);
        other.offer(B);
        other.poll();
        assertCorrupt(other.header(16, 0, 77), "index=16,");
    }

    @Test
    void wholeMessagesBeforeACorruptRecordAreHandedOut() throws CorruptStreamException {
        ring.offer(A);
        ring.offer(B);
        ring.header(24, -5, RecordHeader.MESSAGE);
        assertCorrupt(ring, "length=-5");
        assertEquals(1, ring.received.size());
        assertArrayEquals(A, ring.last());
    }

    private static void assertCorrupt(Ring ring, String part) {
        String message = assertThrows(CorruptStreamException.class, ring::poll).getMessage();
        assertTrue(message.contains(part), message);
    }

    private static byte[] joined(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        MemorySegment all = MemorySegment.ofArray(new byte[length]);
        long at = 0;
        for (byte[] part : parts) {
            MemorySegment.copy(MemorySegment.ofArray(part), 0, all, at, part.length);
            at += part.length;
        }
        return (byte[]) all.heapBase().orElseThrow();
    }

    @Test
    void hasNextSeesARecordWhereverItLies() throws CorruptStreamException {
        Ring ring = new Ring(64);
        for (int i = 0; i < 20; i++) { // more than once around, the last place before the end included
            assertFalse(ring.consumer.hasNext());
            ring.offer();
            assertTrue(ring.consumer.hasNext());
            assertEquals(1, ring.poll());
        }
    }
}
