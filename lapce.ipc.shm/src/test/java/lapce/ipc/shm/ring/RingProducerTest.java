package lapce.ipc.shm.ring;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import lapce.ipc.api.CorruptStreamException;
import lapce.ipc.shm.layout.RecordHeader;
import org.junit.jupiter.api.Test;

class RingProducerTest {
    private final Ring ring = new Ring(64);

    @Test
    void longestClaimIsHalfTheRingWithItsHeader() {
        assertEquals(24, ring.producer.maxClaimLength());
        assertEquals(2040, new Ring(4096).producer.maxClaimLength());
    }

    @Test
    void claimIsInvisibleUntilItIsCommitted() throws CorruptStreamException {
        assertEquals(8, ring.producer.claim(3));
        assertTrue(ring.producer.isClaimed());
        assertEquals(0, ring.position());
        assertEquals(0, ring.poll());
        ring.producer.commit(RecordHeader.MESSAGE);
        assertFalse(ring.producer.isClaimed());
        assertEquals(16, ring.position());
        assertEquals(1, ring.poll());
    }

    @Test
    void emptyMessageIsAMessage() throws CorruptStreamException {
        assertTrue(ring.offer());
        assertEquals(8, ring.position());
        assertEquals(1, ring.poll());
        assertEquals(0, ring.last().length);
    }

    @Test
    void claimSaysNoRoomWhenFullAndFitsAgainAfterAPoll() throws CorruptStreamException {
        for (int i = 0; i < 3; i++) {
            assertTrue(ring.offer(Ring.bytes(8, i)));
        }
        assertEquals(RingProducer.NO_ROOM, ring.producer.claim(8));
        assertFalse(ring.producer.isClaimed());
        assertEquals(1, ring.poll(1));
        assertTrue(ring.offer(Ring.bytes(8, 3)));
        assertEquals(RingProducer.NO_ROOM, ring.producer.claim(8));
        assertEquals(3, ring.poll());
        assertArrayEquals(Ring.bytes(8, 3), ring.last());
    }

    @Test
    void everyByteOfTheRingIsUsableButTheNextHeader() throws CorruptStreamException {
        assertTrue(ring.offer(Ring.bytes(24, 1)));
        assertFalse(ring.offer(Ring.bytes(17, 2)));
        assertTrue(ring.offer(Ring.bytes(16, 2)));
        assertEquals(56, ring.position());
        assertEquals(2, ring.poll());
        assertArrayEquals(Ring.bytes(16, 2), ring.last());
    }

    @Test
    void whatIsBehindARecordIsEmptyBeforeItIsSeen() throws CorruptStreamException {
        ring.records.fill((byte) 1);
        RecordHeader.clearOpaque(ring.records, 0);
        assertTrue(ring.offer(Ring.bytes(8, 1)));
        assertEquals(0, RecordHeader.readAcquire(ring.records, 16));
        assertEquals(1, ring.poll());
        assertTrue(ring.offer(Ring.bytes(24, 2)));
        assertEquals(1, ring.poll());
        assertTrue(ring.offer(Ring.bytes(24, 3)), "behind padding");
        assertEquals(0, RecordHeader.readAcquire(ring.records, 32));
        assertEquals(1, ring.poll());
        assertEquals(0, ring.poll());
    }

    @Test
    void paddingFillsTheEndWhenARecordWouldWrap() throws CorruptStreamException {
        ring.offer(Ring.bytes(24, 1));
        ring.offer(Ring.bytes(8, 2));
        assertEquals(2, ring.poll());
        assertEquals(8, ring.producer.claim(24), "at the ring's start");
        ring.producer.commit(RecordHeader.MESSAGE);
        assertEquals(RecordHeader.PADDING, ring.kindAt(48));
        assertEquals(8, ring.lengthAt(48));
        assertEquals(96, ring.position());
        assertEquals(1, ring.poll());
        assertEquals(96, ring.consumed());
    }

    @Test
    void paddingNeedsRoomToo() throws CorruptStreamException {
        ring.offer(Ring.bytes(24, 1));
        ring.offer(Ring.bytes(8, 2));
        assertEquals(1, ring.poll(1));
        assertTrue(ring.producer.claim(16) != RingProducer.NO_ROOM, "16 bytes of padding, 24 and the next header fit in 48");
        ring.producer.abort();
        Ring other = new Ring(64);
        other.offer(Ring.bytes(8, 1));
        other.offer(Ring.bytes(24, 2));
        assertEquals(1, other.poll(1));
        assertEquals(RingProducer.NO_ROOM, other.producer.claim(24), "32 bytes are free, but in two parts");
        assertTrue(other.producer.claim(8) != RingProducer.NO_ROOM);
    }

    @Test
    void abortLeavesNothing() throws CorruptStreamException {
        ring.producer.claim(24);
        ring.producer.abort();
        assertFalse(ring.producer.isClaimed());
        assertEquals(0, ring.position());
        assertEquals(0, ring.poll());
        assertTrue(ring.offer(Ring.bytes(1, 1)));
        assertEquals(1, ring.poll());
    }

    @Test
    void abortAtTheWrapWritesNoPadding() throws CorruptStreamException {
        ring.offer(Ring.bytes(24, 1));
        ring.offer(Ring.bytes(8, 2));
        ring.poll();
        ring.producer.claim(24);
        ring.producer.abort();
        assertEquals(0, ring.kindAt(48));
        assertTrue(ring.offer(Ring.bytes(8, 3)), "a shorter one still fits before the end");
        assertEquals(64, ring.position());
    }

    @Test
    void wantedIsTheConsumedPositionFromWhichTheRecordFits() throws CorruptStreamException {
        for (int i = 0; i < 3; i++) {
            ring.offer(Ring.bytes(8, i));
        }
        long wanted = ring.producer.wantedFor(9);
        assertEquals(32, wanted, "16 bytes of padding, 24 and the next header");
        assertEquals(1, ring.poll(1));
        assertEquals(RingProducer.NO_ROOM, ring.producer.claim(9));
        assertEquals(1, ring.poll(1));
        assertEquals(wanted, ring.consumed());
        assertTrue(ring.producer.claim(9) != RingProducer.NO_ROOM);
    }

    @Test
    void abandonMarksTheNextRecordOnly() throws CorruptStreamException {
        ring.producer.abandon();
        ring.offer((byte) 1);
        ring.offer((byte) 2);
        assertEquals(RecordHeader.MESSAGE | RecordHeader.ABANDON, ring.kindAt(0));
        assertEquals(RecordHeader.MESSAGE, ring.kindAt(16));
    }

    @Test
    void abandonSurvivesAnAbort() throws CorruptStreamException {
        ring.producer.abandon();
        ring.producer.claim(1);
        ring.producer.abort();
        ring.offer((byte) 1);
        assertEquals(RecordHeader.MESSAGE | RecordHeader.ABANDON, ring.kindAt(0));
    }

    @Test
    void consumedPositionAheadOfWhatWasPublishedIsCorrupt() throws CorruptStreamException {
        fill();
        ring.consumed(72);
        assertCorrupt();
    }

    @Test
    void consumedPositionGoingBackIsCorrupt() throws CorruptStreamException {
        fill();
        ring.poll(2);
        assertEquals(32, ring.producer.consumed());
        ring.consumed(16);
        assertThrows(CorruptStreamException.class, ring.producer::consumed);
        ring.consumed(-8);
        assertThrows(CorruptStreamException.class, ring.producer::consumed);
    }

    @Test
    void unalignedConsumedPositionIsCorrupt() throws CorruptStreamException {
        fill();
        ring.consumed(17);
        assertCorrupt();
    }

    private void fill() throws CorruptStreamException {
        for (int i = 0; i < 3; i++) {
            assertTrue(ring.offer(Ring.bytes(8, i)));
        }
    }

    private void assertCorrupt() {
        String message = assertThrows(CorruptStreamException.class, () -> ring.producer.claim(8)).getMessage();
        assertTrue(message.contains("consumedPosition=" + ring.consumed()), message);
        assertFalse(ring.producer.isClaimed());
    }

    /// The consumer's word is another processor's cache line.
    @Test
    void aClaimThatFitsByTheLastLookLooksNoMore() throws CorruptStreamException {
        ring.consumed(-1); // looking would be an error
        assertTrue(ring.offer(Ring.bytes(24, 1)));
        assertTrue(ring.offer(Ring.bytes(16, 2))); // to the last byte
        assertThrows(CorruptStreamException.class, () -> ring.producer.claim(0));
    }

    @Test
    void anEmptyMessageCanBeClaimed() throws CorruptStreamException {
        assertEquals(8, ring.producer.claim(0));
        assertTrue(ring.producer.isClaimed());
        ring.producer.abort();
        assertFalse(ring.producer.isClaimed());
    }
}
