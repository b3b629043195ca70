package lapce.ipc.test.contract;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static lapce.ipc.test.contract.Pair.SOON;
import static lapce.ipc.test.contract.Pair.pattern;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import lapce.ipc.api.MessageHandler;
import lapce.ipc.api.Options;
import lapce.ipc.api.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AddLifecycleHook;

/// The law of every [Stream]: what goes in at one end comes out at the other, in order and unchanged.
@AddLifecycleHook(Unsupported.class)
public interface StreamProperties extends PairFixture {
    /// Lengths of the messages of one stream.
    ///
    /// @return mostly up to 64 KiB, some up to 1 MiB, and a few up to the longest there may be
    @Provide
    default Arbitrary<List<Integer>> lengths() {
        return Arbitraries.frequencyOf(
                        Tuple.of(64, Arbitraries.integers().between(0, 200)),
                        Tuple.of(128, Arbitraries.integers().between(0, 64 << 10)),
                        Tuple.of(8, Arbitraries.integers().between(64 << 10, 1 << 20)),
                        Tuple.of(1, Arbitraries.integers().between(1 << 20, Options.DEFAULT.maxMessageLength())))
                .list()
                .ofMaxSize(30);
    }

    @Property(tries = 60, shrinking = ShrinkingMode.BOUNDED)
    default void messagesArriveInOrderForAnyLengthsAndInterleavings(
            @ForAll("lengths") List<Integer> lengths,
            @ForAll @IntRange(min = 12, max = 20) int ringBits,
            @ForAll Random random)
            throws Exception {
        try (Pair pair = Pair.open(scheme(), Options.DEFAULT.withRingBytes(1 << ringBits))) {
            Stream client = pair.client();
            Expected expected = new Expected(lengths);
            for (int i = 0; i < lengths.size(); i++) {
                MemorySegment message = MemorySegment.ofArray(pattern(i, lengths.get(i)));
                if (message.byteSize() <= client.maxClaimLength() && random.nextInt(8) > 0) {
                    while (!client.offer(message)) {
                        pair.server().poll(expected, 1 + random.nextInt(5));
                    }
                } else {
                    Background<Void> sending = Background.run(() -> client.send(message, SOON));
                    while (!sending.isDone()) {
                        pair.server().poll(expected, 1 + random.nextInt(5));
                    }
                    sending.get();
                }
                for (int polls = random.nextInt(3); polls > 0; polls--) {
                    pair.server().poll(expected, 1 + random.nextInt(5));
                }
            }
            client.closeOutput();
            expected.receiveAll(pair.server(), random);
        }
    }

    @Property(tries = 60, shrinking = ShrinkingMode.BOUNDED)
    default void messagesArriveInOrderForAnyLengthsToAConcurrentReader(
            @ForAll("lengths") List<Integer> lengths,
            @ForAll @IntRange(min = 12, max = 20) int ringBits,
            @ForAll Random random)
            throws Exception {
        try (Pair pair = Pair.open(scheme(), Options.DEFAULT.withRingBytes(1 << ringBits))) {
            Random readers = new Random(random.nextLong());
            Background<Void> reading =
                    Background.run(() -> new Expected(lengths).receiveAll(pair.server(), readers));
            for (int i = 0; i < lengths.size(); i++) {
                MemorySegment message = MemorySegment.ofArray(pattern(i, lengths.get(i)));
                long cut = random.nextLong(message.byteSize() + 1);
                pair.client().send(message.asSlice(0, cut), message.asSlice(cut), SOON);
            }
            pair.client().closeOutput();
            reading.get();
        }
    }

    /// Checks each message against what was sent.
    final class Expected implements MessageHandler {
        private final List<Integer> lengths;
        private int next;

        Expected(List<Integer> lengths) {
            this.lengths = lengths;
        }

        @Override
        public void onMessage(MemorySegment segment, long offset, int length) {
            if (next == lengths.size() || length != lengths.get(next)) {
                throw new AssertionError("message " + next + " of lengths=" + lengths + ": length=" + length);
            }
            byte[] sent = pattern(next, length);
            if (!Arrays.equals(sent, segment.asSlice(offset, length).toArray(JAVA_BYTE))) {
                throw new AssertionError("content of message " + next + " differs: length=" + length);
            }
            next++;
        }

        /// Waits for all of them and the end.
        void receiveAll(Stream stream, Random random) throws IOException {
            while (stream.receive(this, 1 + random.nextInt(5), SOON) != Stream.END_OF_STREAM) {
                // checked one by one
            }
            if (next != lengths.size()) {
                throw new AssertionError("messages received=" + next + ", lengths=" + lengths);
            }
        }
    }
}
