package lapce.ipc.test.contract;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
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
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import lapce.ipc.api.Claim;
import lapce.ipc.api.MessageHandler;
import lapce.ipc.api.Stream;
import org.junit.jupiter.api.Test;

/// What a [Stream] does without waiting: claims, offers and polls. Part of [StreamContract].
public interface TryingContract extends PairFixture {
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
                    received.add(new String(segment.asSlice(offset, length).toArray(JAVA_BYTE), StandardCharsets.UTF_8));
            assertEquals(2, pair.server().poll(handler, 2));
            assertEquals(1, pair.server().receive(handler, 1, SOON));
            assertEquals(2, pair.server().poll(handler, 10));
            assertEquals(0, pair.server().poll(handler, 10));
            assertEquals(List.of("0", "1", "2", "3", "4"), received);
            assertThrows(IllegalArgumentException.class, () -> pair.server().poll(handler, 0));
        }
    }

    @Test
    default void aHandlerMayNotPollItsStream() throws Exception {
        try (Pair pair = open()) {
            pair.client().send(message("1"));
            pair.client().send(message("2"));
            assertEquals(1, pair.server().poll(
                    (_, _, _) -> assertThrows(IllegalStateException.class, () -> pair.server().poll(refuse(), 1)), 1));
            assertEquals("2", receiveText(pair.server()));
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
}
