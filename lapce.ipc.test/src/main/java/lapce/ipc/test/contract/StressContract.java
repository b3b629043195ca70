package lapce.ipc.test.contract;

import static lapce.ipc.test.contract.Pair.SOON;
import static lapce.ipc.test.contract.Pair.freshEndpoint;
import static lapce.ipc.test.contract.Pair.message;
import static lapce.ipc.test.contract.Pair.pattern;
import static lapce.ipc.test.contract.Pair.receiveText;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import lapce.ipc.api.ClosedException;
import lapce.ipc.api.Ipc;
import lapce.ipc.api.Listener;
import lapce.ipc.api.Options;
import lapce.ipc.api.PeerGoneException;
import lapce.ipc.api.Stream;
import lapce.ipc.api.WaitStrategy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What streams and listeners withstand: many threads that park at every wait, for ever if one wake is missed, and ends at any
/// moment. Each test takes a second, or `-Dstress.seconds=600`; `-Dstress.seed` gives it other chances. The seed is printed, but
/// the threads' turns it does not fix.
public interface StressContract extends PairFixture {
    /// Waits have no limit, and nobody spins.
    Options PARKED = Options.DEFAULT
            .withRingBytes(Options.MIN_RING_BYTES)
            .withWaitStrategy(WaitStrategy.blocking(Duration.ZERO))
            .withConnectTimeout(Stream.FOREVER)
            .withSendTimeout(Stream.FOREVER);

    // --- waking ---

    @Test
    @Timeout(value = 7, unit = TimeUnit.DAYS) // for the long form; each call has its guard
    default void everyWaitIsWoken() throws Exception {
        Stress stress = new Stress();
        do {
            assertEveryWaitIsWoken(stress, Thread.ofPlatform().daemon());
            assertEveryWaitIsWoken(stress, Thread.ofVirtual());
        } while (!stress.isOver());
    }

    private void assertEveryWaitIsWoken(Stress stress, Thread.Builder threads) throws Exception {
        try (Pair pair = Pair.open(scheme(), PARKED)) {
            Background<Void> echoing = Background.call(threads, () -> echo(pair.server()));
            Background<Integer> receiving = Background.call(threads, () -> receiveAll(pair.client(), 300));
            Background<Integer> sending = Background.call(threads, () -> sendInBursts(pair.client(), stress));
            assertEquals(sending.get(), receiving.get());
            echoing.get();
            assertEquals(0, pair.listener().rescuedWakeUps());
        }
    }

    /// Mostly one message alone, after which all come to rest; now and then more than a ring holds, which is a dozen.
    private static int sendInBursts(Stream stream, Stress stress) throws IOException {
        int sent = 0;
        for (int bursts = 0; bursts < 200; bursts++) {
            for (int burst = stress.oneIn(4) ? stress.below(64) : 1; burst > 0; burst--) {
                stream.send(MemorySegment.ofArray(pattern(sent++, 300)));
            }
            stream.awaitDrained(Stream.FOREVER);
        }
        stream.closeOutput();
        return sent;
    }

    private static Void echo(Stream stream) throws IOException {
        for (byte[] message = stream.receive(); message != null; message = stream.receive()) {
            stream.send(MemorySegment.ofArray(message));
        }
        stream.closeOutput();
        return null;
    }

    private static int receiveAll(Stream stream, int length) throws IOException {
        int received = 0;
        for (byte[] message = stream.receive(); message != null; message = stream.receive()) {
            assertArrayEquals(pattern(received++, length), message);
        }
        return received;
    }

    // --- both ways ---

    @Test
    @Timeout(value = 7, unit = TimeUnit.DAYS)
    default void anyLengthsPassBothWaysAtOnce() throws Exception {
        Stress stress = new Stress();
        do {
            try (Pair pair = Pair.open(scheme(), PARKED.withRingBytes(Options.MIN_RING_BYTES << stress.below(6)))) {
                List<Background<Void>> talking = new ArrayList<>();
                talking.addAll(talk(stress, pair.client(), pair.server()));
                talking.addAll(talk(stress, pair.server(), pair.client()));
                for (Background<Void> each : talking) {
                    each.get();
                }
            }
        } while (!stress.isOver());
    }

    private static List<Background<Void>> talk(Stress stress, Stream from, Stream to) {
        List<Integer> lengths = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            lengths.add(stress.below(stress.oneIn(20) ? 100_000 : 1_000));
        }
        Random sends = stress.fork();
        Random receives = stress.fork();
        return List.of(
                Background.call(stress.anyThread(), () -> sendAll(from, lengths, sends)),
                Background.call(stress.anyThread(), () -> {
                    new StreamProperties.Expected(lengths).receiveAll(to, receives);
                    return null;
                }));
    }

    private static Void sendAll(Stream stream, List<Integer> lengths, Random random) throws IOException {
        for (int i = 0; i < lengths.size(); i++) {
            MemorySegment message = MemorySegment.ofArray(pattern(i, lengths.get(i)));
            boolean isTried = message.byteSize() <= stream.maxClaimLength() && random.nextBoolean();
            if (!isTried || !stream.offer(message)) {
                long cut = random.nextLong(message.byteSize() + 1);
                stream.send(message.asSlice(0, cut), message.asSlice(cut), Stream.FOREVER);
            }
        }
        stream.closeOutput();
        return null;
    }

    // --- coming and going ---

    /// Threads that accept, and twice as many that connect, send a few messages, and leave some answers unread.
    @Test
    @Timeout(value = 7, unit = TimeUnit.DAYS)
    default void clientsThatComeAndGoAreAllServed() throws Exception {
        Stress stress = new Stress();
        String endpoint = freshEndpoint(scheme());
        Options options = PARKED.withSlots(1, 4);
        List<Background<Counts>> servers = new ArrayList<>();
        List<Background<Counts>> clients = new ArrayList<>();
        try (Listener listener = Ipc.bind(endpoint, options)) {
            for (int i = 0; i < 4; i++) {
                servers.add(Background.call(stress.anyThread(), () -> serveAll(listener)));
            }
            for (int i = 0; i < 8; i++) {
                Random random = stress.fork();
                clients.add(Background.call(stress.anyThread(), () -> comeAndGo(stress, endpoint, options, random)));
            }
            Counts.of(clients);
            assertEverySlotIsFree(endpoint, options.withConnectTimeout(SOON)); // so all were served
            assertEquals(0, listener.rescuedWakeUps());
        }
        assertEquals(Counts.of(clients), Counts.of(servers));
    }

    private static Counts comeAndGo(Stress stress, String endpoint, Options options, Random random) throws IOException {
        Counts counts = new Counts(0, 0);
        do {
            try (Stream stream = Ipc.connect(endpoint, options)) {
                int messages = 1 + random.nextInt(4);
                for (int i = 0; i < messages; i++) {
                    stream.send(MemorySegment.ofArray(pattern(i, 100)));
                }
                int answers = random.nextInt(messages + 1);
                for (int i = 0; i < answers; i++) {
                    assertArrayEquals(pattern(i, 100), stream.receive());
                }
                counts = counts.plus(new Counts(1, messages));
            }
        } while (!stress.isOver());
        return counts;
    }

    private static Counts serveAll(Listener listener) throws IOException {
        Counts counts = new Counts(0, 0);
        for (;;) {
            try (Stream stream = listener.accept()) {
                int messages = serve(stream);
                counts = counts.plus(new Counts(Math.min(messages, 1), messages)); // who sends nothing looks for a free slot
            } catch (ClosedException e) {
                return counts;
            }
        }
    }

    private static int serve(Stream stream) throws IOException {
        int messages = 0;
        boolean isGone = false;
        for (byte[] message = stream.receive(); message != null; message = stream.receive()) {
            assertArrayEquals(pattern(messages++, 100), message);
            try {
                if (!isGone) {
                    stream.send(MemorySegment.ofArray(message));
                }
            } catch (PeerGoneException e) {
                isGone = true;
            }
        }
        return messages;
    }

    private static void assertEverySlotIsFree(String endpoint, Options options) throws IOException {
        List<Stream> streams = new ArrayList<>();
        for (int i = 0; i < options.maxSlots(); i++) {
            streams.add(Ipc.connect(endpoint, options));
        }
        streams.forEach(Stream::close);
    }

    /// What clients did, or servers saw.
    ///
    /// @param clients how many there were
    /// @param messages how many messages they sent
    record Counts(int clients, int messages) {
        Counts plus(Counts more) {
            return new Counts(clients + more.clients, messages + more.messages);
        }

        static Counts of(List<Background<Counts>> calls) throws Exception {
            Counts sum = new Counts(0, 0);
            for (Background<Counts> call : calls) {
                sum = sum.plus(call.get(Stress.GUARD));
            }
            return sum;
        }
    }

    // --- ends ---

    /// One end closes, or both do, at any moment of talk. Who stays gets all that was sent to him before.
    @Test
    @Timeout(value = 7, unit = TimeUnit.DAYS)
    default void anEndAtAnyMomentEndsEveryWaitAndLosesNothingThatWasSent() throws Exception {
        Stress stress = new Stress();
        String endpoint = freshEndpoint(scheme());
        try (Listener listener = Ipc.bind(endpoint, PARKED);
                Stream bystander = Ipc.connect(endpoint, PARKED);
                Stream bystanding = listener.accept(SOON)) {
            do {
                Stream client = Ipc.connect(endpoint, PARKED);
                Stream server = listener.accept(SOON);
                boolean isClient = stress.oneIn(2);
                Background.run(() -> endOne(stress, isClient ? client : server, isClient ? server : client)).get();
                bystander.send(message("up"), SOON);
                assertEquals("up", receiveText(bystanding));
            } while (!stress.isOver());
            assertEquals(0, listener.rescuedWakeUps());
        }
    }

    private static void endOne(Stress stress, Stream closes, Stream stays) throws Exception {
        boolean both = stress.oneIn(4);
        Talk mine = new Talk(stress, closes, stays);
        Talk theirs = new Talk(stress, stays, closes);
        stress.pause();
        Background<Void> closing = Background.run(both ? stays::close : () -> {});
        int before = mine.sent; // what is sent while the stream is being closed may come behind the end
        closes.close();
        closing.get();
        int sent = mine.sending.get();
        int received = mine.receiving.get();
        assertTrue(received <= sent + 1, "sent=" + sent + ", received=" + received); // one may have been under way
        assertTrue(both || received >= before, "sent before=" + before + ", received=" + received);
        assertTrue(theirs.receiving.get() <= theirs.sending.get() + 1);
        stays.close();
    }

    /// One direction, until an end.
    final class Talk {
        private final Background<Integer> sending;
        private final Background<Integer> receiving;
        private volatile int sent; // so far

        Talk(Stress stress, Stream from, Stream to) {
            Random random = stress.fork();
            this.sending = Background.call(stress.anyThread(), () -> send(from, random));
            this.receiving = Background.call(stress.anyThread(), () -> receive(to));
        }

        /// How many were sent for certain.
        private int send(Stream stream, Random random) throws IOException {
            for (int count = 0; ; count++) {
                try {
                    stream.send(MemorySegment.ofArray(pattern(count, random.nextInt(6_000))));
                    sent = count + 1;
                } catch (ClosedException | PeerGoneException e) {
                    return count;
                }
            }
        }

        private static int receive(Stream stream) throws IOException {
            int received = 0;
            try {
                for (byte[] message = stream.receive(); message != null; message = stream.receive()) {
                    assertArrayEquals(pattern(received++, message.length), message);
                }
            } catch (ClosedException e) {
                // closed here
            }
            return received;
        }
    }
}
