package lapce.ipc.framing;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import lapce.ipc.api.ClosedException;
import lapce.ipc.api.CorruptFrameException;
import lapce.ipc.api.CorruptFrameException.Reason;
import lapce.ipc.api.Frame;
import lapce.ipc.api.Framer.OnCorruptFrame;
import lapce.ipc.api.MessageType;
import lapce.ipc.api.Stream;
import lapce.ipc.api.WouldBlockException;
import org.junit.jupiter.api.Test;

class ReceivingSideTest {
    private static final byte[] GOOD = Frames.bytes(Frames.HEARTBEAT);
    private static final byte[] BAD = Frames.bytes("00".repeat(Frame.HEADER_BYTES));
    private static final int VERSION_OFFSET = 4;
    private static final int FLAGS_OFFSET = 5;
    private static final int CRC32_OFFSET = 20;

    private final QueueStream stream = new QueueStream(0);
    private final ReceivingSide closing = new ReceivingSide(stream, OnCorruptFrame.CLOSE);
    private final ReceivingSide skipping = new ReceivingSide(stream, OnCorruptFrame.SKIP);

    @Test
    void emptyMessageIsATruncatedHeader() {
        assertRefused(Reason.TRUNCATED_HEADER, 0, new byte[0]);
    }

    @Test
    void messageOf23BytesIsATruncatedHeader() {
        assertRefused(Reason.TRUNCATED_HEADER, 23, Arrays.copyOf(GOOD, 23));
    }

    @Test
    void otherMagicIsRefused() {
        assertRefused(Reason.BAD_MAGIC, 0xff_41_50_43L, Frames.withByte(GOOD, 3, 0xff));
    }

    @Test
    void magicInOtherByteOrderIsRefused() {
        byte[] frame = GOOD.clone();
        System.arraycopy(Frames.bytes("4c415043"), 0, frame, 0, 4);
        assertRefused(Reason.BAD_MAGIC, 0x4350414cL, Frames.sealed(frame));
    }

    @Test
    void otherVersionsAreRefused() {
        assertRefused(Reason.UNSUPPORTED_VERSION, 0, Frames.withByte(GOOD, VERSION_OFFSET, 0));
        assertRefused(Reason.UNSUPPORTED_VERSION, 2, Frames.withByte(GOOD, VERSION_OFFSET, 2));
        assertRefused(Reason.UNSUPPORTED_VERSION, 255, Frames.withByte(GOOD, VERSION_OFFSET, 255));
    }

    @Test
    void reservedFlagsAreRefused() {
        assertRefused(Reason.RESERVED_FLAGS, 0x40, Frames.withByte(GOOD, FLAGS_OFFSET, 0x40));
        assertRefused(Reason.RESERVED_FLAGS, 0x80, Frames.withByte(GOOD, FLAGS_OFFSET, 0x80));
    }

    @Test
    void encryptedFrameIsRefused() {
        assertRefused(Reason.ENCRYPTED, 0x02, Frames.withByte(GOOD, FLAGS_OFFSET, 0x02));
    }

    @Test
    void compressedFrameIsRefused() {
        assertRefused(Reason.COMPRESSED, 0x11, Frames.withByte(GOOD, FLAGS_OFFSET, 0x11));
    }

    @Test
    void announcedLengthAboveTheLimitIsRefused() {
        assertRefused(Reason.PAYLOAD_TOO_LONG, 10_485_761, announcing(10_485_761));
        assertRefused(Reason.PAYLOAD_TOO_LONG, 0xffff_ffffL, announcing(0xffff_ffffL));
        assertRefused(Reason.PAYLOAD_TOO_LONG, 0x8000_0000L, announcing(0x8000_0000L));
    }

    @Test
    void messageLongerThanAnyFrameIsRefused() {
        byte[] message = Arrays.copyOf(GOOD, Frame.HEADER_BYTES + Frame.MAX_PAYLOAD_LENGTH + 1);
        assertRefused(Reason.PAYLOAD_TOO_LONG, Frame.MAX_PAYLOAD_LENGTH + 1, message);
    }

    @Test
    void announcedLengthOtherThanTheBytesThereIsRefused() {
        assertRefused(Reason.PAYLOAD_LENGTH_MISMATCH, 1, announcing(1));
        assertRefused(Reason.PAYLOAD_LENGTH_MISMATCH, 10_485_760, announcing(10_485_760));
        assertRefused(Reason.PAYLOAD_LENGTH_MISMATCH, 0, Frames.sealed(Arrays.copyOf(GOOD, GOOD.length + 1)));
    }

    @Test
    void otherChecksumIsRefused() {
        byte[] frame = GOOD.clone();
        frame[CRC32_OFFSET] ^= 1;
        assertRefused(Reason.BAD_CHECKSUM, 0xd6a7c033L, frame);
    }

    @Test
    void anyFlippedBitOfASmallFrameIsRefused() throws IOException {
        for (int length = 0; length <= 16; length++) {
            byte[] frame = Frames.encoded(MessageType.DATA, 0, 7, Frames.pattern(length));
            for (int bit = 0; bit < 8 * frame.length; bit++) {
                byte[] flipped = frame.clone();
                flipped[bit / 8] ^= (byte) (1 << bit % 8);
                assertThrows(CorruptFrameException.class, () -> Frames.decoded(flipped));
            }
        }
    }

    /// A message bad in every way is refused for the first reason; each mended fault brings the next one up.
    @Test
    void reasonsAreFoundInTheirOrder() {
        byte[] frame = Frames.bytes("ff".repeat(Frame.HEADER_BYTES));
        assertRefused(Reason.TRUNCATED_HEADER, 23, Arrays.copyOf(frame, 23));
        assertRefused(Reason.BAD_MAGIC, 0xffff_ffffL, frame);
        System.arraycopy(GOOD, 0, frame, 0, VERSION_OFFSET);
        assertRefused(Reason.UNSUPPORTED_VERSION, 0xff, frame);
        frame[VERSION_OFFSET] = 1;
        assertRefused(Reason.RESERVED_FLAGS, 0xff, frame);
        frame[FLAGS_OFFSET] = 0x3f;
        assertRefused(Reason.ENCRYPTED, 0x3f, frame);
        frame[FLAGS_OFFSET] = 0x3d;
        assertRefused(Reason.COMPRESSED, 0x3d, frame);
        frame[FLAGS_OFFSET] = 0x3c;
        assertRefused(Reason.PAYLOAD_TOO_LONG, 0xffff_ffffL, frame);
        Frames.announce(frame, 1);
        assertRefused(Reason.PAYLOAD_LENGTH_MISMATCH, 1, frame);
        Frames.announce(frame, 0);
        assertRefused(Reason.BAD_CHECKSUM, 0xffff_ffffL, frame);
        assertDoesNotThrow(() -> Frames.decoded(Frames.sealed(frame)));
    }

    @Test
    void headerOfAMessageLongerThanAnyFrameIsCheckedFirst() {
        byte[] message = Arrays.copyOf(BAD, Frame.HEADER_BYTES + Frame.MAX_PAYLOAD_LENGTH + 1);
        assertRefused(Reason.BAD_MAGIC, 0, message);
    }

    @Test
    void badFrameClosesTheStreamAndIsCounted() {
        stream.messages.add(BAD);
        stream.messages.add(GOOD);
        String message = assertThrows(CorruptFrameException.class, closing::poll).getMessage();
        assertTrue(message.contains("endpoint=queue"), message);
        assertFalse(stream.isOpen());
        assertEquals(1, closing.refused(Reason.BAD_MAGIC));
        assertThrows(ClosedException.class, closing::poll);
    }

    @Test
    void skippedFramesAreCountedByReason() throws IOException {
        stream.messages.addAll(List.of(BAD, new byte[0], BAD, GOOD));
        assertEquals(1, skipping.receive(Stream.FOREVER).id());
        assertEquals(2, skipping.refused(Reason.BAD_MAGIC));
        assertEquals(1, skipping.refused(Reason.TRUNCATED_HEADER));
        assertEquals(0, skipping.refused(Reason.BAD_CHECKSUM));
        assertTrue(stream.isOpen());
    }

    @Test
    void pollLooksAtOneMessageEvenWhenItIsSkipped() throws IOException {
        stream.messages.addAll(List.of(BAD, GOOD));
        assertNull(skipping.poll());
        assertNotNull(skipping.poll());
        assertNull(skipping.poll());
    }

    @Test
    void receiveGoesOnWithWhatIsLeftOfTheTimeLimit() {
        Duration timeout = Duration.ofSeconds(10);
        stream.messages.add(BAD);
        assertThrows(WouldBlockException.class, () -> skipping.receive(timeout));
        assertEquals(timeout, stream.receiveTimeouts.get(0));
        Duration left = stream.receiveTimeouts.get(1);
        assertTrue(left.isPositive() && left.compareTo(timeout) < 0, left::toString);
    }

    @Test
    void limitlessTimeStaysLimitlessAfterASkippedFrame() throws IOException {
        stream.messages.addAll(List.of(BAD, BAD, GOOD));
        assertNotNull(skipping.receive(Stream.FOREVER));
        assertTrue(stream.receiveTimeouts.get(2).compareTo(Duration.ofDays(365_000_000)) > 0);
    }

    @Test
    void badFramesDoNotMakeTheWaitLonger() {
        stream.messages.addAll(List.of(BAD, BAD, BAD));
        assertThrows(WouldBlockException.class, () -> skipping.receive(Duration.ZERO));
        assertEquals(List.of(Duration.ZERO), stream.receiveTimeouts);
        assertEquals(2, stream.messages.size());
    }

    @Test
    void nothingThereIsNullForPollAndAnErrorInTimeForReceive() throws IOException {
        assertNull(closing.poll());
        assertThrows(WouldBlockException.class, () -> closing.receive(Duration.ofMillis(1)));
        assertTrue(stream.isOpen());
    }

    @Test
    void endOfStreamIsNull() throws IOException {
        stream.closeOutput();
        assertNull(closing.poll());
        assertNull(closing.receive(Stream.FOREVER));
        assertNull(skipping.receive(Stream.FOREVER));
    }

    private static void assertRefused(Reason reason, long value, byte... message) {
        CorruptFrameException e = assertThrows(CorruptFrameException.class, () -> Frames.decoded(message));
        assertEquals(reason, e.reason());
        assertEquals(value, e.value());
    }

    @Test
    void batchHandsOutGoodFramesUpToItsLimit() throws IOException {
        for (int i = 0; i < 3; i++) {
            stream.messages.add(GOOD);
        }
        int[] frames = new int[1];
        assertEquals(2, closing.poll(frame -> frames[0] += frame.type().code(), 2));
        assertEquals(1, closing.poll(frame -> frames[0] += frame.type().code(), 2));
        assertEquals(3 * MessageType.HEARTBEAT.code(), frames[0]);
        assertEquals(0, closing.poll(frame -> frames[0]++, 2));
    }

    @Test
    void badFrameInABatchIsLeftOutOrEndsIt() throws IOException {
        int[] frames = new int[1];
        for (byte[] message : new byte[][] {GOOD, BAD, GOOD}) {
            stream.messages.add(message);
        }
        assertEquals(2, skipping.poll(_ -> frames[0]++, 10));
        for (byte[] message : new byte[][] {GOOD, BAD, GOOD}) {
            stream.messages.add(message);
        }
        frames[0] = 0;
        assertThrows(CorruptFrameException.class, () -> closing.poll(_ -> frames[0]++, 10));
        assertEquals(1, frames[0]);
        assertFalse(stream.isOpen());
    }

    @Test
    void endOfTheStreamIsToldByABatch() throws IOException {
        stream.messages.add(GOOD);
        stream.ended = true;
        assertEquals(1, closing.poll(_ -> {}, 10));
        assertEquals(Stream.END_OF_STREAM, closing.poll(_ -> {}, 10));
    }

    private static byte[] announcing(long payloadLength) {
        byte[] frame = GOOD.clone();
        Frames.announce(frame, payloadLength);
        return Frames.sealed(frame);
    }
}
