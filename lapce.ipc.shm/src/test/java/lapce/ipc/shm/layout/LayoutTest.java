package lapce.ipc.shm.layout;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

/// Golden: every offset and every size of the layout, as literal numbers.
class LayoutTest {
    @Test
    void versionIsNine() {
        assertEquals(9, Layouts.VERSION);
        assertEquals(128, Layouts.LINE_BYTES);
    }

    @Test
    void magicsAreReadableBytesInADump() {
        assertArrayEquals("LAPCECTL".getBytes(US_ASCII), bytes(ControlLayout.MAGIC_VALUE));
        assertArrayEquals("LAPCECON".getBytes(US_ASCII), bytes(ConnectionLayout.MAGIC_VALUE));
    }

    @Test
    void wordsOfADirectionLieWhereVersionNineSays() {
        assertEquals(384, RingLayout.LAYOUT.byteSize());
        assertEquals(0, RingLayout.CONSUMED_POSITION);
        assertEquals(128, RingLayout.WANTED);
        assertEquals(136, RingLayout.SPACE_ARMED);
        assertEquals(140, RingLayout.OUTPUT_CLOSED);
        assertEquals(256, RingLayout.DATA_ARMED);
        assertEquals(260, RingLayout.INPUT_CLOSED);
    }

    @Test
    void headerOfAConnectionLiesWhereVersionNineSays() {
        assertEquals(4096, ConnectionLayout.LAYOUT.byteSize());
        assertEquals(0, ConnectionLayout.MAGIC);
        assertEquals(8, ConnectionLayout.VERSION);
        assertEquals(12, ConnectionLayout.RING_BYTES);
        assertEquals(16, ConnectionLayout.EPOCH);
        assertEquals(24, ConnectionLayout.SLOT);
        assertEquals(28, ConnectionLayout.GENERATION);
        assertEquals(128, ConnectionLayout.CLIENT_TO_SERVER);
        assertEquals(512, ConnectionLayout.SERVER_TO_CLIENT);
        assertEquals(4096, ConnectionLayout.RECORDS);
    }

    @Test
    void connectionTakesOnePageAndTwoRings() {
        assertEquals(12_288, ConnectionLayout.byteSize(4096));
        assertEquals(135_168, ConnectionLayout.byteSize(65_536));
        assertEquals(2_147_487_744L, ConnectionLayout.byteSize(1 << 30));
    }

    @Test
    void headerOfTheControlRegionLiesWhereVersionThreeSays() {
        assertEquals(148_224, ControlLayout.LAYOUT.byteSize());
        assertEquals(1024, ControlLayout.MAX_SLOTS);
        assertEquals(0, ControlLayout.MAGIC);
        assertEquals(8, ControlLayout.VERSION);
        assertEquals(12, ControlLayout.SLOTS);
        assertEquals(16, ControlLayout.EPOCH);
        assertEquals(24, ControlLayout.JOINS);
        assertEquals(28, ControlLayout.WANTS);
        assertEquals(32, ControlLayout.CLOSED);
        assertEquals(36, ControlLayout.WARM_RING_BYTES);
        assertEquals(128, ControlLayout.SERVER);
        assertEquals(256, ControlLayout.SERVER_READY);
        assertEquals(384, ControlLayout.CLIENT_READY);
        assertEquals(512, ControlLayout.SERVER_POLLER_READY);
        assertEquals(640, ControlLayout.CLIENT_POLLER_READY);
    }

    @Test
    void firstSecondAndLastSlotWordLieWhereVersionThreeSays() {
        assertEquals(768, ControlLayout.slot(0));
        assertEquals(776, ControlLayout.slot(1));
        assertEquals(8952, ControlLayout.slot(1023));
    }

    @Test
    void firstSecondAndLastClientLineLieWhereVersionThreeSays() {
        assertEquals(8960, ControlLayout.serverWakes(0));
        assertEquals(8964, ControlLayout.clientWakes(0));
        assertEquals(17_144, ControlLayout.serverWakes(1023));
        assertEquals(17_148, ControlLayout.clientWakes(1023));
        assertEquals(17_152, ControlLayout.client(0));
        assertEquals(17_280, ControlLayout.client(1));
        assertEquals(148_096, ControlLayout.client(1023));
    }

    @Test
    void slotsAndLinesOutsideTheRegionAreRefused() {
        assertThrows(IndexOutOfBoundsException.class, () -> ControlLayout.slot(-1));
        assertThrows(IndexOutOfBoundsException.class, () -> ControlLayout.slot(1024));
        assertThrows(IndexOutOfBoundsException.class, () -> ControlLayout.client(-1));
        assertThrows(IndexOutOfBoundsException.class, () -> ControlLayout.serverWakes(-1));
        assertThrows(IndexOutOfBoundsException.class, () -> ControlLayout.clientWakes(1024));
        assertThrows(IndexOutOfBoundsException.class, () -> ControlLayout.client(1024));
    }

    @Test
    void wordsOfALineLieWhereVersionThreeSays() {
        assertEquals(128, ControlLayout.LINE.byteSize());
        assertEquals(0, ControlLayout.LINE_WAKES);
        assertEquals(4, ControlLayout.LINE_WAITING);
        assertEquals(8, ControlLayout.LINE_OWNER);
        assertEquals(16, ControlLayout.LINE_WANT_SLOT);
        assertEquals(20, ControlLayout.LINE_POLLER_WAKES);
        assertEquals(24, ControlLayout.LINE_POLLER_WAITING);
    }

    @Test
    void recordHeaderIsOneWordWithTheLengthFirst() {
        MemorySegment records = Arena.ofAuto().allocate(16, 8);
        RecordHeader.writeRelease(records, 8, 0x01020304, RecordHeader.LAST | RecordHeader.ABANDON);
        assertArrayEquals(
                new byte[] {4, 3, 2, 1, 4, 1, 0, 0}, records.asSlice(8).toArray(ValueLayout.JAVA_BYTE));
        assertEquals(0x01020304, RecordHeader.length(RecordHeader.readAcquire(records, 8)));
        assertEquals(0x104, RecordHeader.kind(RecordHeader.readAcquire(records, 8)));
        RecordHeader.clearOpaque(records, 8);
        assertEquals(0, RecordHeader.readAcquire(records, 8), "no header is 0");
    }

    @Test
    void negativeLengthDoesNotReachIntoTheKind() {
        MemorySegment records = Arena.ofAuto().allocate(8, 8);
        RecordHeader.writeRelease(records, 0, -1, RecordHeader.MESSAGE);
        assertEquals(-1, RecordHeader.length(RecordHeader.readAcquire(records, 0)));
        assertEquals(RecordHeader.MESSAGE, RecordHeader.kind(RecordHeader.readAcquire(records, 0)));
    }

    @Test
    void kindsHaveTheNumbersOfVersionOne() {
        assertEquals(8, RecordHeader.BYTES);
        assertEquals(1, RecordHeader.MESSAGE);
        assertEquals(2, RecordHeader.FIRST);
        assertEquals(3, RecordHeader.MIDDLE);
        assertEquals(4, RecordHeader.LAST);
        assertEquals(5, RecordHeader.PADDING);
        assertEquals(0x100, RecordHeader.ABANDON);
    }

    @Test
    void recordTakesItsHeaderAndAMultipleOfEight() {
        assertEquals(8, RecordHeader.recordLength(0));
        assertEquals(16, RecordHeader.recordLength(1));
        assertEquals(16, RecordHeader.recordLength(8));
        assertEquals(24, RecordHeader.recordLength(9));
        assertEquals(2_147_483_656L, RecordHeader.recordLength(Integer.MAX_VALUE));
    }

    @Test
    void slotWordHoldsGenerationLineAndState() {
        long word = SlotWord.of(0x89abcdef, 0xfedc, SlotWord.ACCEPTED | SlotWord.SERVER_DONE);
        assertEquals(0x89abcdef_fedc_0023L, word);
        assertEquals(0x89abcdef, SlotWord.generation(word));
        assertEquals(0xfedc, SlotWord.line(word));
        assertEquals(SlotWord.ACCEPTED, SlotWord.stage(word));
        assertTrue(SlotWord.has(word, SlotWord.SERVER_DONE));
        assertFalse(SlotWord.has(word, SlotWord.CLIENT_DONE));
    }

    @Test
    void nextStageKeepsGenerationLineAndBits() {
        long word = SlotWord.of(-1, 1023, SlotWord.OPEN | SlotWord.CLIENT_DONE);
        assertEquals(
                SlotWord.of(-1, 1023, SlotWord.ACCEPTED | SlotWord.CLIENT_DONE),
                SlotWord.withStage(word, SlotWord.ACCEPTED));
    }

    @Test
    void aBitIsTakenOutAlone() {
        long word = SlotWord.of(-1, 1023, SlotWord.CLAIMED | SlotWord.WARM | SlotWord.CLIENT_DONE);
        assertEquals(
                SlotWord.of(-1, 1023, SlotWord.CLAIMED | SlotWord.CLIENT_DONE), SlotWord.without(word, SlotWord.WARM));
    }

    @Test
    void statesOfASlotHaveTheNumbersOfVersionFour() {
        assertEquals(0, SlotWord.FREE);
        assertEquals(1, SlotWord.CLAIMED);
        assertEquals(2, SlotWord.OPEN);
        assertEquals(3, SlotWord.ACCEPTED);
        assertEquals(4, SlotWord.WARMING);
        assertEquals(0x10, SlotWord.CLIENT_DONE);
        assertEquals(0x20, SlotWord.SERVER_DONE);
        assertEquals(0x40, SlotWord.WARM);
        assertEquals(0, SlotWord.of(0, 0, SlotWord.FREE), "fresh memory is free slots");
    }

    @Test
    void armedWordHoldsNumberAndWhoIsTold() {
        assertEquals(0, ArmedWord.AWAKE);
        assertEquals(0, ArmedWord.LEADER);
        assertEquals(1, ArmedWord.DIRECT);
        assertEquals(2, ArmedWord.POLLER);
        assertEquals(3, ArmedWord.BUSY);
        assertFalse(ArmedWord.isArmed(ArmedWord.AWAKE));
        assertFalse(ArmedWord.isArmed(ArmedWord.BUSY));
        assertTrue(ArmedWord.isArmed(ArmedWord.of(1, ArmedWord.LEADER)));
        assertTrue(ArmedWord.isArmed(ArmedWord.of(0x3fff_ffff, ArmedWord.POLLER)));
        assertEquals(0xffff_fffd, ArmedWord.of(0x3fff_ffff, ArmedWord.DIRECT));
        assertEquals(ArmedWord.POLLER, ArmedWord.told(ArmedWord.of(7, ArmedWord.POLLER)));
    }

    @Test
    void numbersOfWaitsAreNeverZero() {
        assertEquals(1, ArmedWord.next(0));
        assertEquals(0x3fff_ffff, ArmedWord.next(0x3fff_fffe));
        assertEquals(1, ArmedWord.next(0x3fff_ffff));
    }

    @Test
    void lineWordHoldsGenerationAndState() {
        long word = LineWord.of(0x89abcdef, LineWord.LIVE);
        assertEquals(0x89abcdef_00000001L, word);
        assertEquals(0x89abcdef, LineWord.generation(word));
        assertTrue(LineWord.isLive(word));
        assertFalse(LineWord.isLive(LineWord.of(1, LineWord.FREE)));
        assertEquals(0, LineWord.of(0, LineWord.FREE), "fresh memory is free lines");
    }

    private static byte[] bytes(long word) {
        return ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(word).array();
    }
}
