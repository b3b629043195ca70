package lapce.ipc.test.contract;

import static lapce.ipc.test.contract.Pair.SOON;
import static lapce.ipc.test.contract.Pair.assertStillCarries;
import static lapce.ipc.test.contract.Pair.message;
import static lapce.ipc.test.contract.Pair.pattern;
import static lapce.ipc.test.contract.Pair.receiveText;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import lapce.ipc.api.Options;
import lapce.ipc.api.Stream;
import org.junit.jupiter.api.Test;

/// How messages pass a [Stream] whole, however long they are. Part of [StreamContract].
public interface MessageContract extends PairFixture {
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
    default void aMessageIsCopiedBeforeItsSendReturns() throws Exception {
        try (Pair pair = open()) {
            byte[] bytes = pattern(1, 100);
            assertTrue(pair.client().offer(MemorySegment.ofArray(bytes)));
            pair.client().send(MemorySegment.ofArray(bytes));
            pair.client().send(MemorySegment.ofArray(bytes).asSlice(0, 7), MemorySegment.ofArray(bytes).asSlice(7), SOON);
            Arrays.fill(bytes, (byte) 0);
            for (int i = 0; i < 3; i++) {
                assertArrayEquals(pattern(1, 100), pair.server().receive(SOON));
            }
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
}
