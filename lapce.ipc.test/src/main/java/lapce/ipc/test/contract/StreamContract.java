package lapce.ipc.test.contract;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static lapce.ipc.api.Stream.END_OF_STREAM;
import static lapce.ipc.test.contract.Pair.BRIEFLY;
import static lapce.ipc.test.contract.Pair.SOON;
import static lapce.ipc.test.contract.Pair.fill;
import static lapce.ipc.test.contract.Pair.message;
import static lapce.ipc.test.contract.Pair.pattern;
import static lapce.ipc.test.contract.Pair.receiveText;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.util.ArrayList;
import java.util.List;
import lapce.ipc.api.Claim;
import lapce.ipc.api.ClosedException;
import lapce.ipc.api.Ipc;
import lapce.ipc.api.Listener;
import lapce.ipc.api.MessageHandler;
import lapce.ipc.api.Options;
import lapce.ipc.api.PeerGoneException;
import lapce.ipc.api.Stream;
import lapce.ipc.api.WaitStrategy;
import lapce.ipc.api.WouldBlockException;
import org.junit.jupiter.api.Test;

/// What every [Stream] does. Each test uses a name of its own, so several implementations may run at once.
public interface StreamContract {
    /// The scheme whose streams are tested.
    ///
    /// @return such as `shm`
    String scheme();

    private Pair open() throws IOException {
        return Pair.open(scheme(), Options.DEFAULT);
    }

    private Pair openSmall() throws IOException {
        return Pair.open(scheme(), Options.DEFAULT.withRingBytes(Options.MIN_RING_BYTES));
    }

    private static void assertStillCarries(Pair pair) throws IOException {
        Stream server = pair.server();
        List<String> received = new ArrayList<>();
        while (server.poll((segment, offset, length) -> received.add("old"), 100) > 0) {
            // what was sent before
        }
        pair.client().send(message("still"), SOON);
        assertEquals("still", receiveText(server));
        server.send(message("back"), SOON);
        assertEquals("back", receiveText(pair.client()));
    }

    // --- whole messages ---

    @Test
    default void messagesGoBothWays() throws Exception {
        try (Pair pair = open()) {
            for (int i = 0; i < 100; i++) {
                pair.client().send(message("there " + i));
                assertEquals("there " + i, receiveText(pair.server()));
                pair.server().send(message("back " + i));
                assertEquals("back " + i, receiveText(pair.client()));
            }
        }
    }

    @Test
    default void anEmptyMessageArrivesAsAMessage() throws Exception {
        try (Pair pair = open()) {
            assertTrue(pair.client().offer(MemorySegment.NULL));
            pair.client().send(message("after"));
            assertEquals(0, pair.server().receive(SOON).length);
            assertEquals("after", receiveText(pair.server()));
        }
    }

    @Test
    default void messagesOfEveryLengthPassTheSmallestRing() throws Exception {
        assertLengthsPass(Options.DEFAULT.withRingBytes(Options.MIN_RING_BYTES));
    }

    @Test
    default void messagesOfEveryLengthPassTheDefaultRing() throws Exception {
        assertLengthsPass(Options.DEFAULT);
    }

    private void assertLengthsPass(Options options) throws Exception {
        try (Pair pair = Pair.open(scheme(), options)) {
            int claim = pair.client().maxClaimLength();
            int ring = options.ringBytes();
            int[] lengths = {
                0, 1, 7, 8, 9, claim / 2, claim - 8, claim - 1, claim, claim + 1, claim + 8, 2 * claim, ring - 8, ring,
                ring + 1, 3 * ring + 5, 0, 1 << 20, options.maxMessageLength() - 1, options.maxMessageLength()
            };
            Background<Void> sending = Background.run(() -> {
                for (int i = 0; i < lengths.length; i++) {
                    pair.client().send(MemorySegment.ofArray(pattern(i, lengths[i])), SOON);
                }
            });
            for (int i = 0; i < lengths.length; i++) {
                assertArrayEquals(pattern(i, lengths[i]), pair.server().receive(SOON), "length=" + lengths[i]);
            }
            sending.get();
        }
    }

    @Test
    default void aMessageInTwoPlacesArrivesAsOne() throws Exception {
        try (Pair pair = openSmall()) {
            byte[] whole = pattern(1, 10_000);
            for (int cut : new int[] {0, 24, 5_000, 10_000}) {
                MemorySegment all = MemorySegment.ofArray(whole);
                Background<Void> sending =
                        Background.run(() -> pair.client().send(all.asSlice(0, cut), all.asSlice(cut), SOON));
                assertArrayEquals(whole, pair.server().receive(SOON));
                sending.get();
            }
        }
    }

    @Test
    default void aMessageOverTheLimitIsRefusedWithTheLimit() throws Exception {
        try (Pair pair = open()) {
            int limit = pair.client().maxMessageLength();
            MemorySegment tooLong = MemorySegment.ofArray(new byte[limit + 1]);
            String text = assertThrows(IllegalArgumentException.class, () -> pair.client().send(tooLong)).getMessage();
            assertTrue(text.contains("" + limit) && text.contains("" + (limit + 1)), text);
            assertStillCarries(pair);
        }
    }

    // --- without waiting ---

    @Test
    default void offerReturnsFalseWhenFullAndTrueAfterAPoll() throws Exception {
        try (Pair pair = openSmall()) {
            int count = fill(pair.client());
            assertTrue(count > 0);
            assertFalse(pair.client().offer(message("fill")));
            assertTrue(pair.server().poll((segment, offset, length) -> assertEquals(4, length), count) > 0);
            assertTrue(pair.client().offer(message("fill")));
        }
    }

    @Test
    default void tryClaimReturnsNullWhenFull() throws Exception {
        try (Pair pair = openSmall()) {
            fill(pair.client());
            assertNull(pair.client().tryClaim(4));
            assertStillCarries(pair);
        }
    }

    @Test
    default void anOfferLongerThanTheLongestClaimIsRefused() throws Exception {
        try (Pair pair = openSmall()) {
            int limit = pair.client().maxClaimLength();
            MemorySegment tooLong = MemorySegment.ofArray(new byte[limit + 1]);
            String text = assertThrows(IllegalArgumentException.class, () -> pair.client().offer(tooLong)).getMessage();
            assertTrue(text.contains("" + limit) && text.contains("" + (limit + 1)), text);
            assertStillCarries(pair);
        }
    }

    @Test
    default void aClaimLongerThanTheLongestIsRefused() throws Exception {
        try (Pair pair = openSmall()) {
            Stream client = pair.client();
            assertThrows(IllegalArgumentException.class, () -> client.tryClaim(client.maxClaimLength() + 1));
            assertThrows(IllegalArgumentException.class, () -> client.tryClaim(-1));
            client.tryClaim(client.maxClaimLength()).abort();
            assertStillCarries(pair);
        }
    }

    @Test
    default void aCommittedClaimArrives() throws Exception {
        try (Pair pair = open()) {
            for (int length : new int[] {0, 1, 8, 13, pair.client().maxClaimLength()}) {
                Claim claim = pair.client().tryClaim(length);
                assertEquals(length, claim.length());
                assertEquals(0, claim.offset() % 8);
                MemorySegment.copy(pattern(length, length), 0, claim.segment(), JAVA_BYTE, claim.offset(), length);
                assertEquals(0, pair.server().poll(refuse(), 1));
                claim.commit();
                assertArrayEquals(pattern(length, length), pair.server().receive(SOON));
            }
        }
    }

    @Test
    default void anAbortedClaimIsNeverSeen() throws Exception {
        try (Pair pair = openSmall()) {
            for (int i = 0; i < 1_000; i++) {
                Claim claim = pair.client().tryClaim(100);
                claim.segment().set(JAVA_BYTE, claim.offset(), (byte) 1);
                claim.abort();
                assertEquals(0, pair.server().poll(refuse(), 10));
            }
            assertStillCarries(pair);
        }
    }

    @Test
    default void aSecondClaimWhileOneIsOpenIsAnError() throws Exception {
        try (Pair pair = open()) {
            Claim claim = pair.client().tryClaim(4);
            assertThrows(IllegalStateException.class, () -> pair.client().tryClaim(4));
            assertThrows(IllegalStateException.class, () -> pair.client().offer(message("no")));
            assertThrows(IllegalStateException.class, () -> pair.client().send(message("no")));
            claim.abort();
            assertStillCarries(pair);
        }
    }

    @Test
    default void commitAndAbortWithoutAClaimAreErrors() throws Exception {
        try (Pair pair = open()) {
            Claim claim = pair.client().tryClaim(4);
            claim.commit();
            assertThrows(IllegalStateException.class, claim::commit);
            assertThrows(IllegalStateException.class, claim::abort);
            assertEquals(4, pair.server().receive(SOON).length);
            assertStillCarries(pair);
        }
    }

    @Test
    default void aMessageWhoseMemoryIsGoneLeavesTheStreamUsable() throws Exception {
        try (Pair pair = open()) {
            MemorySegment gone;
            try (Arena arena = Arena.ofConfined()) {
                gone = arena.allocate(16);
            }
            assertThrows(IllegalStateException.class, () -> pair.client().offer(gone));
            assertThrows(IllegalStateException.class, () -> pair.client().send(gone));
            assertStillCarries(pair);
        }
    }

    @Test
    default void pollHandsOutNoMoreThanItsLimit() throws Exception {
        try (Pair pair = open()) {
            for (int i = 0; i < 5; i++) {
                pair.client().send(message("" + i));
            }
            List<String> received = new ArrayList<>();
            MessageHandler handler = (segment, offset, length) ->
                    received.add(new String(segment.asSlice(offset, length).toArray(JAVA_BYTE)));
            assertEquals(2, pair.server().poll(handler, 2));
            assertEquals(1, pair.server().receive(handler, 1, SOON));
            assertEquals(2, pair.server().poll(handler, 10));
            assertEquals(0, pair.server().poll(handler, 10));
            assertEquals(List.of("0", "1", "2", "3", "4"), received);
            assertThrows(IllegalArgumentException.class, () -> pair.server().poll(handler, 0));
        }
    }

    @Test
    default void anExceptionOfTheHandlerPassesOnAndItsMessageCounts() throws Exception {
        try (Pair pair = openSmall()) {
            MessageHandler failing = (_, _, length) -> {
                throw new UnsupportedOperationException("length=" + length);
            };
            for (int length : new int[] {4, 10_000}) {
                Background<Void> sending = Background.run(() -> {
                    pair.client().send(MemorySegment.ofArray(new byte[length]), SOON);
                    pair.client().send(message("next"), SOON);
                });
                assertThrows(UnsupportedOperationException.class, () -> pair.server().receive(failing, 10, SOON));
                assertEquals("next", receiveText(pair.server()));
                sending.get();
            }
        }
    }

    // --- waiting ---

    @Test
    default void sendOnAFullRingGivesUpAndTheStreamStaysUsable() throws Exception {
        try (Pair pair = openSmall()) {
            fill(pair.client());
            WouldBlockException e =
                    assertThrows(WouldBlockException.class, () -> pair.client().send(message("late"), BRIEFLY));
            assertTrue(e.waited().compareTo(BRIEFLY) >= 0, "waited=" + e.waited());
            assertStillCarries(pair);
        }
    }

    @Test
    default void sendWaitsByTheOptionsTimeout() throws Exception {
        Options options = Options.DEFAULT.withRingBytes(Options.MIN_RING_BYTES).withSendTimeout(BRIEFLY);
        try (Pair pair = Pair.open(scheme(), options)) {
            fill(pair.client());
            WouldBlockException e = assertThrows(WouldBlockException.class, () -> pair.client().send(message("late")));
            assertTrue(e.waited().compareTo(BRIEFLY) >= 0, "waited=" + e.waited());
        }
    }

    @Test
    default void aMessageGivenUpHalfWayIsNeverSeen() throws Exception {
        try (Pair pair = openSmall()) {
            byte[] half = pattern(1, 50_000);
            for (int i = 0; i < 5; i++) {
                assertThrows(
                        WouldBlockException.class, () -> pair.client().send(MemorySegment.ofArray(half), BRIEFLY));
                while (!pair.client().offer(message("next"))) {
                    assertEquals(0, pair.server().poll(refuse(), 1));
                }
                assertEquals("next", receiveText(pair.server()));
            }
            Background<Void> sending = Background.run(() -> pair.client().send(MemorySegment.ofArray(half), SOON));
            assertArrayEquals(half, pair.server().receive(SOON));
            sending.get();
            assertStillCarries(pair);
        }
    }

    @Test
    default void aLongMessageMayFollowOneGivenUpHalfWay() throws Exception {
        try (Pair pair = openSmall()) {
            MemorySegment half = MemorySegment.ofArray(pattern(1, 50_000));
            assertThrows(WouldBlockException.class, () -> pair.client().send(half, BRIEFLY));
            byte[] whole = pattern(2, 30_000);
            Background<Void> sending = Background.run(() -> pair.client().send(MemorySegment.ofArray(whole), SOON));
            assertArrayEquals(whole, pair.server().receive(SOON));
            sending.get();
        }
    }

    @Test
    default void aBlockedSenderWakesWhenTheReaderReads() throws Exception {
        try (Pair pair = openSmall()) {
            int count = fill(pair.client());
            Background<Void> sending = Background.run(() -> pair.client().send(message("last"), Stream.FOREVER));
            sending.awaitParked();
            for (int i = 0; i < count; i++) {
                assertEquals("fill", receiveText(pair.server()));
            }
            assertEquals("last", receiveText(pair.server()));
            sending.get();
        }
    }

    @Test
    default void aBlockedReceiverWakesWhenAMessageComes() throws Exception {
        try (Pair pair = open()) {
            for (int i = 0; i < 20; i++) {
                Background<byte[]> receiving = Background.call(() -> pair.server().receive());
                receiving.awaitParked();
                pair.client().send(message("wake"));
                assertArrayEquals("wake".getBytes(), receiving.get());
            }
        }
    }

    @Test
    default void receiveGivesUpAfterItsTimeout() throws Exception {
        try (Pair pair = open()) {
            WouldBlockException e = assertThrows(WouldBlockException.class, () -> pair.server().receive(BRIEFLY));
            assertTrue(e.waited().compareTo(BRIEFLY) >= 0, "waited=" + e.waited());
            assertStillCarries(pair);
        }
    }

    @Test
    default void everyWaitStrategyWakesReceiversAndSenders() throws Exception {
        WaitStrategy[] strategies = {WaitStrategy.DEFAULT, WaitStrategy.yielding(), WaitStrategy.busySpin()};
        for (WaitStrategy strategy : strategies) {
            Options options = Options.DEFAULT.withRingBytes(Options.MIN_RING_BYTES).withWaitStrategy(strategy);
            try (Pair pair = Pair.open(scheme(), options)) {
                assertManyPass(pair.client(), pair.server());
                assertManyPass(pair.server(), pair.client());
                assertThrows(WouldBlockException.class, () -> pair.client().receive(BRIEFLY), strategy.toString());
            }
        }
    }

    private static void assertManyPass(Stream from, Stream to) throws Exception {
        Background<Void> sending = Background.run(() -> {
            for (int i = 0; i < 200; i++) {
                from.send(MemorySegment.ofArray(pattern(i, 37 * i)), SOON);
            }
        });
        for (int i = 0; i < 200; i++) {
            assertArrayEquals(pattern(i, 37 * i), to.receive(SOON));
        }
        sending.get();
    }

    // --- interrupts ---

    @Test
    default void anInterruptEndsABlockedReceive() throws Exception {
        assertInterruptEndsReceive(Thread.ofPlatform().daemon());
    }

    @Test
    default void anInterruptEndsABlockedReceiveOfAVirtualThread() throws Exception {
        assertInterruptEndsReceive(Thread.ofVirtual());
    }

    private void assertInterruptEndsReceive(Thread.Builder builder) throws Exception {
        try (Pair pair = open()) {
            Background<Boolean> receiving = Background.call(builder, () -> {
                assertThrows(InterruptedIOException.class, () -> pair.server().receive());
                return Thread.interrupted();
            });
            receiving.awaitParked().interrupt();
            assertTrue(receiving.get(), "interrupt status");
            assertStillCarries(pair);
        }
    }

    @Test
    default void anInterruptEndsABlockedSend() throws Exception {
        assertInterruptEndsSend(Thread.ofPlatform().daemon());
    }

    @Test
    default void anInterruptEndsABlockedSendOfAVirtualThread() throws Exception {
        assertInterruptEndsSend(Thread.ofVirtual());
    }

    private void assertInterruptEndsSend(Thread.Builder builder) throws Exception {
        for (int length : new int[] {4, 50_000}) {
            try (Pair pair = openSmall()) {
                fill(pair.client());
                MemorySegment message = MemorySegment.ofArray(new byte[length]);
                Background<Boolean> sending = Background.call(builder, () -> {
                    assertThrows(InterruptedIOException.class, () -> pair.client().send(message, Stream.FOREVER));
                    return Thread.interrupted();
                });
                sending.awaitParked().interrupt();
                assertTrue(sending.get(), "interrupt status");
                assertStillCarries(pair);
            }
        }
    }

    // --- the end ---

    @Test
    default void closeOutputEndsTheStreamAfterEverything() throws Exception {
        try (Pair pair = open()) {
            pair.client().send(message("last"));
            pair.client().closeOutput();
            pair.client().closeOutput();
            assertEquals("last", receiveText(pair.server()));
            assertNull(pair.server().receive(SOON));
            assertEquals(END_OF_STREAM, pair.server().poll(refuse(), 1));
            assertThrows(IllegalStateException.class, () -> pair.client().offer(message("more")));
            pair.server().send(message("answer"));
            assertEquals("answer", receiveText(pair.client()));
        }
    }

    @Test
    default void closeOutputWakesABlockedReceiver() throws Exception {
        try (Pair pair = open()) {
            Background<byte[]> receiving = Background.call(() -> pair.server().receive());
            receiving.awaitParked();
            pair.client().closeOutput();
            assertNull(receiving.get());
        }
    }

    @Test
    default void closeWakesItsOwnReceiverAndSender() throws Exception {
        try (Pair pair = openSmall()) {
            fill(pair.client());
            Background<byte[]> receiving = Background.call(() -> pair.client().receive());
            Background<Void> sending = Background.run(() -> pair.client().send(message("late"), Stream.FOREVER));
            receiving.awaitParked();
            sending.awaitParked();
            pair.client().close();
            assertThrows(ClosedException.class, receiving::get);
            assertThrows(ClosedException.class, sending::get);
        }
    }

    @Test
    default void closeWakesThePeersReceiverAndSender() throws Exception {
        try (Pair pair = openSmall()) {
            fill(pair.client());
            Background<byte[]> receiving = Background.call(() -> pair.client().receive());
            Background<Void> sending = Background.run(() -> pair.client().send(message("late"), Stream.FOREVER));
            receiving.awaitParked();
            sending.awaitParked();
            pair.server().close();
            assertNull(receiving.get());
            assertThrows(PeerGoneException.class, sending::get);
        }
    }

    @Test
    default void afterThePeerClosedWhatItSentComesFirstAndSendingFails() throws Exception {
        try (Pair pair = open()) {
            pair.server().send(message("last"));
            pair.server().close();
            assertThrows(PeerGoneException.class, () -> pair.client().send(message("late")));
            assertThrows(PeerGoneException.class, () -> pair.client().offer(message("late")));
            assertEquals("last", receiveText(pair.client()));
            assertNull(pair.client().receive(SOON));
        }
    }

    @Test
    default void afterCloseEverythingSaysClosed() throws Exception {
        for (boolean atClient : new boolean[] {true, false}) {
            try (Pair pair = open()) {
                Stream stream = atClient ? pair.client() : pair.server();
                assertTrue(stream.isOpen());
                stream.close();
                stream.close();
                assertFalse(stream.isOpen());
                assertThrows(ClosedException.class, () -> stream.tryClaim(1), "tryClaim");
                assertThrows(ClosedException.class, () -> stream.offer(message("x")), "offer");
                assertThrows(ClosedException.class, () -> stream.send(message("x")), "send");
                assertThrows(ClosedException.class, stream::closeOutput, "closeOutput");
                assertThrows(ClosedException.class, () -> stream.awaitDrained(BRIEFLY), "awaitDrained");
                assertThrows(ClosedException.class, () -> stream.poll(refuse(), 1), "poll");
                assertThrows(ClosedException.class, () -> stream.receive(BRIEFLY), "receive");
            }
        }
    }

    @Test
    default void aClaimThatOutlivesItsStreamIsNotCommitted() throws Exception {
        try (Pair pair = open()) {
            Claim claim = pair.client().tryClaim(8);
            pair.client().close();
            assertThrows(ClosedException.class, claim::commit);
            assertNull(pair.server().receive(SOON));
        }
    }

    @Test
    default void closeInTheMidstOfSendingAndPollingSaysClosed() throws Exception {
        for (int i = 0; i < 30; i++) {
            try (Pair pair = openSmall()) {
                Background<Void> sending = Background.run(() -> {
                    for (;;) {
                        pair.client().send(MemorySegment.ofArray(new byte[5_000]), SOON);
                    }
                });
                Background<Void> polling = Background.run(() -> {
                    for (;;) {
                        pair.client().poll(refuse(), 1);
                    }
                });
                for (int received = 0; received < 10; received++) {
                    assertEquals(5_000, pair.server().receive(SOON).length);
                }
                pair.client().close();
                assertThrows(ClosedException.class, sending::get);
                assertThrows(ClosedException.class, polling::get);
                while (pair.server().receive((_, _, length) -> assertEquals(5_000, length), 10, SOON) > 0) {
                    // until the end
                }
            }
        }
    }

    @Test
    default void awaitDrainedReturnsOnlyWhenEverythingWasRead() throws Exception {
        try (Pair pair = open()) {
            pair.client().awaitDrained(BRIEFLY);
            pair.client().send(message("1"));
            pair.client().send(message("2"));
            assertThrows(WouldBlockException.class, () -> pair.client().awaitDrained(BRIEFLY));
            Background<Void> draining = Background.run(() -> pair.client().awaitDrained(Stream.FOREVER));
            draining.awaitParked();
            assertEquals("1", receiveText(pair.server()));
            assertFalse(draining.isDone());
            assertEquals("2", receiveText(pair.server()));
            draining.get();
        }
    }

    @Test
    default void awaitDrainedReturnsWhenThePeerReadEverythingAndClosed() throws Exception {
        try (Pair pair = open()) {
            pair.client().send(message("1"));
            assertEquals("1", receiveText(pair.server()));
            pair.server().close();
            pair.client().awaitDrained(SOON);
        }
    }

    @Test
    default void awaitDrainedFailsWhenThePeerClosesWithoutReading() throws Exception {
        try (Pair pair = open()) {
            pair.client().send(message("unread"));
            Background<Void> draining = Background.run(() -> pair.client().awaitDrained(Stream.FOREVER));
            draining.awaitParked();
            pair.server().close();
            assertThrows(PeerGoneException.class, draining::get);
        }
    }

    @Test
    default void aClientThatSentAndLeftIsStillAcceptedAndDrained() throws Exception {
        String endpoint = Pair.freshEndpoint(scheme());
        try (Listener listener = Ipc.bind(endpoint)) {
            try (Stream client = Ipc.connect(endpoint)) {
                client.send(message("1"));
                client.send(message("2"));
            }
            try (Stream server = listener.accept(SOON)) {
                assertEquals("1", receiveText(server));
                assertEquals("2", receiveText(server));
                assertNull(server.receive(SOON));
            }
        }
    }

    // --- adapters ---

    @Test
    default void javaIoStreamsCarryBytesAndEnd() throws Exception {
        try (Pair pair = openSmall()) {
            byte[] bytes = pattern(1, 100_000);
            Background<Void> writing = Background.run(() -> {
                try (OutputStream output = pair.client().outputStream()) {
                    output.write(bytes, 0, 3);
                    output.write(bytes[3]);
                    output.write(bytes, 4, 0);
                    output.write(bytes, 4, bytes.length - 4);
                }
            });
            assertArrayEquals(bytes, pair.server().inputStream().readAllBytes());
            assertEquals(-1, pair.server().inputStream().read());
            writing.get();
            assertTrue(pair.client().isOpen());
        }
    }

    @Test
    default void aByteChannelCarriesBytesBothWaysAndEnds() throws Exception {
        try (Pair pair = openSmall()) {
            ByteChannel client = pair.client().byteChannel();
            ByteChannel server = pair.server().byteChannel();
            byte[] bytes = pattern(1, 20_000);
            for (ByteChannel[] way : new ByteChannel[][] {{client, server}, {server, client}}) {
                Background<Integer> writing = Background.call(() -> way[0].write(ByteBuffer.wrap(bytes)));
                ByteBuffer target = ByteBuffer.allocateDirect(bytes.length);
                while (target.hasRemaining()) {
                    assertTrue(way[1].read(target) > 0);
                }
                assertEquals(ByteBuffer.wrap(bytes), target.flip());
                assertEquals(bytes.length, writing.get());
            }
            client.close();
            assertFalse(pair.client().isOpen());
            assertEquals(-1, server.read(ByteBuffer.allocate(1)));
        }
    }

    @Test
    default void aStreamSaysWhatItIs() throws Exception {
        try (Pair pair = openSmall()) {
            assertEquals(pair.listener().endpoint(), pair.client().endpoint());
            assertEquals(pair.listener().endpoint(), pair.server().endpoint());
            assertTrue(pair.client().sharedMemoryBytes() >= 2 * Options.MIN_RING_BYTES);
            assertEquals(pair.client().sharedMemoryBytes(), pair.server().sharedMemoryBytes());
            assertEquals(Options.DEFAULT.sendTimeout(), pair.client().sendTimeout());
            assertNotNull(pair.client().tryClaim(pair.client().maxClaimLength()));
        }
    }

    private static MessageHandler refuse() {
        return (_, _, length) -> {
            throw new AssertionError("nothing may come: length=" + length);
        };
    }
}
