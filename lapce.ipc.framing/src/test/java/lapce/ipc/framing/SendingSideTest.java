package lapce.ipc.framing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import lapce.ipc.api.ClosedException;
import lapce.ipc.api.Frame;
import lapce.ipc.api.MessageType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SendingSideTest {
    private static final int MAX_CLAIM_LENGTH = 64 << 10;

    private final QueueStream stream = new QueueStream(MAX_CLAIM_LENGTH);
    private final SendingSide sending = new SendingSide(stream);

    @Test
    void idsCountFromOne() throws IOException {
        assertEquals(1, sending.send(MessageType.DATA, payload(0)));
        assertEquals(2, sending.send(MessageType.DATA, payload(0)));
        assertEquals(1, Frames.decoded(stream.messages.remove()).id());
        assertEquals(2, Frames.decoded(stream.messages.remove()).id());
    }

    @Test
    void theLongestThatTheStreamTakesIsSentAndTheLongestClaimOffered() throws IOException {
        stream.maxMessageLength = MAX_CLAIM_LENGTH + 100;
        sending.send(MessageType.DATA, payload(MAX_CLAIM_LENGTH + 100 - Frame.HEADER_BYTES));
        assertThrows(IllegalArgumentException.class,
                () -> sending.send(MessageType.DATA, payload(MAX_CLAIM_LENGTH + 101 - Frame.HEADER_BYTES)));
        assertTrue(sending.offer(MessageType.DATA, 0, 1, payload(MAX_CLAIM_LENGTH - Frame.HEADER_BYTES)));
        assertThrows(IllegalArgumentException.class,
                () -> sending.offer(MessageType.DATA, 0, 1, payload(MAX_CLAIM_LENGTH + 1 - Frame.HEADER_BYTES)));
    }

    @Test
    void refusedFrameUsesUpNoId() throws IOException {
        assertThrows(IllegalArgumentException.class,
                () -> sending.send(MessageType.DATA, payload(Frame.MAX_PAYLOAD_LENGTH + 1)));
        assertEquals(1, sending.send(MessageType.DATA, payload(0)));
    }

    @ParameterizedTest
    @ValueSource(ints = {
        0, 1, FrameEncoder.PIECE_BYTES - 1, FrameEncoder.PIECE_BYTES, FrameEncoder.PIECE_BYTES + 1,
        2 * FrameEncoder.PIECE_BYTES, MAX_CLAIM_LENGTH - Frame.HEADER_BYTES
    })
    void frameThatFitsAClaimIsSentInPlace(int length) throws IOException {
        sending.send(MessageType.DATA, payload(length));
        assertEquals(List.of(), stream.gatherTimeouts);
        assertArrayEquals(Frames.pattern(length), Frames.decoded(stream.messages.remove()).toByteArray());
    }

    @Test
    void frameLongerThanAClaimIsGatheredWithTheSendTimeout() throws IOException {
        int length = MAX_CLAIM_LENGTH - Frame.HEADER_BYTES + 1;
        sending.send(MessageType.DATA, payload(length));
        assertEquals(List.of(QueueStream.SEND_TIMEOUT), stream.gatherTimeouts);
        assertArrayEquals(Frames.pattern(length), Frames.decoded(stream.messages.remove()).toByteArray());
    }

    @Test
    void sendWaitsInTheStreamWhenThereIsNoRoom() throws IOException {
        stream.room = 0;
        sending.send(MessageType.DATA, payload(100));
        assertEquals(List.of(QueueStream.SEND_TIMEOUT), stream.gatherTimeouts);
        assertArrayEquals(Frames.pattern(100), Frames.decoded(stream.messages.remove()).toByteArray());
    }

    @Test
    void offerReturnsFalseAndSendsNothingWhenThereIsNoRoom() throws IOException {
        stream.room = 0;
        assertFalse(sending.offer(MessageType.DATA, 0, 1, payload(100)));
        assertTrue(stream.messages.isEmpty());
        assertEquals(List.of(), stream.gatherTimeouts);
    }

    @Test
    void offerSendsWhenThereIsRoom() throws IOException {
        assertTrue(sending.offer(MessageType.CONTROL, Frame.REQUEST | Frame.PRIORITY, 9, payload(100)));
        Frame frame = Frames.decoded(stream.messages.remove());
        assertEquals(MessageType.CONTROL, frame.type());
        assertEquals(Frame.REQUEST | Frame.PRIORITY, frame.flags());
        assertEquals(9, frame.id());
    }

    @Test
    void offerRefusesAFrameLongerThanAClaim() {
        String message = assertThrows(IllegalArgumentException.class,
                () -> sending.offer(MessageType.DATA, 0, 1, payload(MAX_CLAIM_LENGTH))).getMessage();
        assertTrue(message.endsWith("length=65560, maxClaimLength=65536"), message);
    }

    @Test
    void payloadAboveTheLimitIsRefused() {
        String message = assertThrows(IllegalArgumentException.class,
                () -> sending.send(MessageType.DATA, payload(Frame.MAX_PAYLOAD_LENGTH + 1))).getMessage();
        assertTrue(message.endsWith("length=10485761, limit=10485760"), message);
    }

    @Test
    void whatIsSentIsWhatIsChecksummedWhileThePayloadChanges() throws IOException {
        byte[] payload = new byte[3 * FrameEncoder.PIECE_BYTES];
        AtomicBoolean done = new AtomicBoolean();
        Thread changer = Thread.ofPlatform().start(() -> {
            for (byte i = 0; !done.get(); i++) {
                Arrays.fill(payload, i);
            }
        });
        try {
            for (int i = 0; i < 500; i++) {
                sending.send(MessageType.DATA, MemorySegment.ofArray(payload));
                sending.send(MessageType.DATA, MemorySegment.ofArray(payload).asSlice(0, 1000));
                Frames.decoded(stream.messages.remove()); // throws if the checksum does not match
                Frames.decoded(stream.messages.remove());
            }
        } finally {
            done.set(true);
        }
        assertDoesNotThrow(() -> changer.join());
    }

    @Test
    void frameLongerThanTheStreamsMessagesIsRefused() {
        stream.maxMessageLength = 100;
        String message = assertThrows(IllegalArgumentException.class,
                () -> sending.send(MessageType.DATA, payload(77))).getMessage();
        assertTrue(message.endsWith("length=101, maxMessageLength=100"), message);
    }

    @ParameterizedTest
    @ValueSource(ints = {Frame.COMPRESSED, Frame.ENCRYPTED, 0x40, 0x80, 0x100, Integer.MIN_VALUE, -1})
    void flagsAReceiverRefusesAreRefused(int flags) {
        String message = assertThrows(IllegalArgumentException.class,
                () -> sending.offer(MessageType.DATA, flags, 1, payload(0))).getMessage();
        assertTrue(message.endsWith(", flags=0x" + Integer.toHexString(flags)), message);
        assertThrows(IllegalArgumentException.class, () -> sending.send(MessageType.DATA, flags, 1, payload(0)));
        assertTrue(stream.messages.isEmpty());
    }

    @Test
    void claimIsAbortedWhenThePayloadCannotBeRead() throws IOException {
        MemorySegment gone;
        try (Arena arena = Arena.ofConfined()) {
            gone = arena.allocate(100);
        }
        assertThrows(IllegalStateException.class, () -> sending.send(MessageType.DATA, gone));
        assertEquals(1, stream.claim.aborts);
        assertEquals(1, sending.send(MessageType.DATA, payload(100)));
        assertEquals(1, stream.messages.size());
    }

    @Test
    void bytesOutsideTheClaimAreLeftAlone() throws IOException {
        sending.send(MessageType.DATA, payload(1000));
        MemorySegment memory = stream.claim.segment();
        MemorySegment expected = Arena.ofAuto().allocate(memory.byteSize()).fill((byte) 0xAA);
        long start = QueueStream.CLAIM_OFFSET;
        long end = start + Frame.HEADER_BYTES + 1000;
        assertEquals(-1, MemorySegment.mismatch(memory, 0, start, expected, 0, start));
        assertEquals(-1, MemorySegment.mismatch(memory, end, memory.byteSize(), expected, end, memory.byteSize()));
    }

    @Test
    void sendOnAClosedStreamSaysSo() {
        stream.close();
        assertThrows(ClosedException.class, () -> sending.send(MessageType.DATA, payload(1)));
    }

    private static MemorySegment payload(int length) {
        return MemorySegment.ofArray(Frames.pattern(length));
    }
}
