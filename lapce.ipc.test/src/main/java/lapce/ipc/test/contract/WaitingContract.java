package lapce.ipc.test.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static lapce.ipc.test.contract.Pair.BRIEFLY;
import static lapce.ipc.test.contract.Pair.SOON;
import static lapce.ipc.test.contract.Pair.assertStillCarries;
import static lapce.ipc.test.contract.Pair.fill;
import static lapce.ipc.test.contract.Pair.message;
import static lapce.ipc.test.contract.Pair.pattern;
import static lapce.ipc.test.contract.Pair.receiveText;
import static lapce.ipc.test.contract.Pair.refuse;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InterruptedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import lapce.ipc.api.Options;
import lapce.ipc.api.Stream;
import lapce.ipc.api.WaitStrategy;
import lapce.ipc.api.WouldBlockException;
import org.junit.jupiter.api.Test;

/// How threads wait at a [Stream]: for messages, for room, until a time limit or an interrupt. Part of [StreamContract].
public interface WaitingContract extends PairFixture {
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
    default void sendDoesNotGiveUpWhileThePeerReceives() throws Exception {
        Duration limit = Duration.ofSeconds(1);
        try (Pair pair = openSmall()) {
            fill(pair.client());
            MemorySegment message = MemorySegment.ofArray(pattern(1, pair.client().maxClaimLength()));
            Background<Void> sending = Background.run(() -> pair.client().send(message, limit));
            for (int i = 0; i < 12; i++) { // for longer than the limit, and making less room than is needed
                Thread.sleep(limit.dividedBy(10));
                assertEquals("fill", receiveText(pair.server()));
            }
            assertFalse(sending.isDone());
            while (!sending.isDone()) {
                pair.server().poll((_, _, _) -> {}, 1);
            }
            sending.get();
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
    default void aMessageGivenUpHalfWayLeavesTheOneBeforeItWhole() throws Exception {
        try (Pair pair = openSmall()) {
            byte[] whole = pattern(1, 6_000);
            Background<Void> sending = Background.run(() -> pair.client().send(MemorySegment.ofArray(whole), SOON));
            sending.awaitParked();
            assertEquals(0, pair.server().poll(refuse(), 1)); // makes room for its end
            sending.get();
            MemorySegment half = MemorySegment.ofArray(pattern(2, 50_000));
            assertThrows(WouldBlockException.class, () -> pair.client().send(half, BRIEFLY));
            assertArrayEquals(whole, pair.server().receive(SOON));
            assertStillCarries(pair);
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
    default void aBlockedSenderWakesWhileTheReadersHandlerIsBusy() throws Exception {
        try (Pair pair = openSmall()) {
            int filled = fill(pair.client());
            Background<Void> sending = Background.run(() -> pair.client().send(message("late"), Stream.FOREVER));
            sending.awaitParked();
            int[] count = new int[1];
            pair.server().poll(
                    (_, _, _) -> {
                        if (++count[0] == filled / 2) {
                            Background.await("the sender goes on", sending::isDone);
                        }
                    },
                    filled);
            sending.get();
            assertEquals(filled, count[0]);
        }
    }

    @Test
    default void aBlockedReceiverWakesWhenAMessageComes() throws Exception {
        try (Pair pair = open()) {
            for (int i = 0; i < 20; i++) {
                Background<byte[]> receiving = Background.call(() -> pair.server().receive());
                receiving.awaitParked();
                pair.client().send(message("wake"));
                assertArrayEquals("wake".getBytes(StandardCharsets.UTF_8), receiving.get());
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
    default void aTimeLimitOfZeroLooksOnce() throws Exception {
        try (Pair pair = openSmall()) {
            assertThrows(WouldBlockException.class, () -> pair.server().receive(Duration.ZERO));
            assertThrows(WouldBlockException.class, () -> pair.listener().accept(Duration.ZERO));
            fill(pair.client());
            assertThrows(WouldBlockException.class, () -> pair.client().send(message("late"), Duration.ZERO));
            assertThrows(WouldBlockException.class, () -> pair.client().awaitDrained(Duration.ZERO));
            assertEquals("fill", new String(pair.server().receive(Duration.ZERO), UTF_8));
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
}
