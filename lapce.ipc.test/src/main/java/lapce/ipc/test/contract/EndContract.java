package lapce.ipc.test.contract;

import static lapce.ipc.api.Stream.END_OF_STREAM;
import static lapce.ipc.test.contract.Pair.BRIEFLY;
import static lapce.ipc.test.contract.Pair.SOON;
import static lapce.ipc.test.contract.Pair.fill;
import static lapce.ipc.test.contract.Pair.message;
import static lapce.ipc.test.contract.Pair.receiveText;
import static lapce.ipc.test.contract.Pair.refuse;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import lapce.ipc.api.Claim;
import lapce.ipc.api.ClosedException;
import lapce.ipc.api.Ipc;
import lapce.ipc.api.Listener;
import lapce.ipc.api.Options;
import lapce.ipc.api.PeerGoneException;
import lapce.ipc.api.Stream;
import lapce.ipc.api.WouldBlockException;
import org.junit.jupiter.api.Test;

/// How a [Stream] ends: half-closed, drained, closed here, closed by the peer. Part of [StreamContract].
public interface EndContract extends PairFixture {
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
            assertThrows(IllegalStateException.class, () -> pair.client().send(message("more")));
            assertThrows(IllegalStateException.class, () -> pair.client().tryClaim(1));
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
            assertThrows(PeerGoneException.class, () -> pair.client().tryClaim(1));
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
    default void closeEndsAwaitDrained() throws Exception {
        try (Pair pair = open()) {
            pair.client().send(message("unread"));
            Background<Void> draining = Background.run(() -> pair.client().awaitDrained(Stream.FOREVER));
            draining.awaitParked();
            pair.client().close();
            assertThrows(ClosedException.class, draining::get);
        }
    }

    @Test
    default void outputDoesNotEndUnderAnOpenClaim() throws Exception {
        try (Pair pair = open()) {
            Claim claim = pair.client().tryClaim(1);
            assertThrows(IllegalStateException.class, pair.client()::closeOutput);
            claim.commit();
            pair.client().closeOutput();
            assertEquals(1, pair.server().receive(SOON).length);
            assertNull(pair.server().receive(SOON));
        }
    }

    @Test
    default void aHandlerMayCloseItsStreamAndGetsNothingMore() throws Exception {
        try (Pair pair = open()) {
            pair.client().send(message("bye"));
            pair.client().send(message("late"));
            assertEquals(1, pair.server().poll((_, _, _) -> pair.server().close(), 10));
            assertThrows(ClosedException.class, () -> pair.server().poll(refuse(), 1));
            assertThrows(PeerGoneException.class, () -> pair.client().send(message("later")));
        }
    }

    @Test
    default void closeDoesNotWaitForAHandlersWriteToAFullPipe() throws Exception {
        int length = 256 << 10; // more than a pipe holds
        Pipe pipe = Pipe.open();
        try (Pair pair = Pair.open(scheme(), Options.DEFAULT.withRingBytes(4 * length));
                Pipe.SinkChannel sink = pipe.sink();
                Pipe.SourceChannel source = pipe.source()) {
            pair.client().send(MemorySegment.ofArray(new byte[length]));
            Background<Integer> polling = Background.call(() -> pair.server().poll(
                    (segment, offset, bytes) -> write(sink, segment.asSlice(offset, bytes).asByteBuffer()), 1));
            int read = source.read(ByteBuffer.allocateDirect(1)); // so the write is under way
            pair.server().close();
            assertFalse(polling.isDone());
            for (ByteBuffer rest = ByteBuffer.allocateDirect(length); read < length; rest.clear()) {
                read += source.read(rest);
            }
            assertEquals(1, polling.get());
        }
    }

    private static void write(Pipe.SinkChannel sink, ByteBuffer bytes) {
        try {
            while (bytes.hasRemaining()) {
                sink.write(bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    default void theExceptionOfAHandlerThatClosedItsStreamPassesOn() throws Exception {
        try (Pair pair = open()) {
            pair.client().send(message("bye"));
            UnsupportedOperationException thrown = new UnsupportedOperationException();
            assertSame(thrown, assertThrows(UnsupportedOperationException.class, () -> pair.server().poll(
                    (_, _, _) -> {
                        pair.server().close();
                        throw thrown;
                    },
                    10)));
        }
    }

    /// As closed memory throws, too: then it is the cause at least.
    @Test
    default void anIllegalStateOfAHandlerThatClosedItsStreamIsNotLost() throws Exception {
        try (Pair pair = open()) {
            pair.client().send(message("bye"));
            IllegalStateException thrown = new IllegalStateException("the handler's");
            Exception caught = assertThrows(Exception.class, () -> pair.server().poll(
                    (_, _, _) -> {
                        pair.server().close();
                        throw thrown;
                    },
                    10));
            assertSame(thrown, caught instanceof ClosedException ? caught.getCause() : caught);
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
}
