package lapce.ipc.test.contract;

import static lapce.ipc.test.contract.Pair.BRIEFLY;
import static lapce.ipc.test.contract.Pair.SOON;
import static lapce.ipc.test.contract.Pair.fill;
import static lapce.ipc.test.contract.Pair.message;
import static lapce.ipc.test.contract.Pair.receiveText;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import lapce.ipc.api.ClosedException;
import lapce.ipc.api.Ipc;
import lapce.ipc.api.Listener;
import lapce.ipc.api.Options;
import lapce.ipc.api.PeerGoneException;
import lapce.ipc.api.Poller;
import lapce.ipc.api.Stream;
import org.junit.jupiter.api.Test;

/// How one thread serves many streams.
public interface PollerContract extends PollersContract, PollerRoomContract {
    @Test
    default void onlyWhatIsReadyIsRun() throws Exception {
        try (Poller poller = Poller.open(); Pair quiet = open(); Pair busy = open()) {
            Texts texts = new Texts();
            poller.add(quiet.server(), texts.of(quiet.server(), 10));
            poller.add(busy.server(), texts.of(busy.server(), 10));
            assertEquals(0, poller.poll(10));
            busy.client().send(message("1"));
            busy.client().send(message("2"));
            assertEquals(1, poller.await(10, SOON));
            assertEquals(List.of("1", "2"), texts.all());
            assertEquals(0, poller.poll(10));
        }
    }

    @Test
    default void awaitWakesWhenAMessageComes() throws Exception {
        try (Poller poller = Poller.open(); Pair pair = open()) {
            Texts texts = new Texts();
            poller.add(pair.server(), texts.of(pair.server(), 10));
            for (int i = 0; i < 20; i++) {
                Background<Integer> waiting = Background.call(() -> poller.await(10, Stream.FOREVER));
                waiting.awaitParked();
                pair.client().send(message("" + i));
                assertEquals(1, waiting.get());
                assertEquals("" + i, texts.all().getLast());
            }
        }
    }

    @Test
    default void awaitOnAVirtualThreadWakesToo() throws Exception {
        try (Poller poller = Poller.open(); Pair pair = open()) {
            Texts texts = new Texts();
            poller.add(pair.server(), texts.of(pair.server(), 10));
            Background<Integer> waiting =
                    Background.call(Thread.ofVirtual(), () -> poller.await(10, Stream.FOREVER));
            waiting.awaitParked();
            pair.client().send(message("x"));
            assertEquals(1, waiting.get());
        }
    }

    @Test
    default void whatIsNotDrainedHasItsNextTurnAfterTheOthers() throws Exception {
        try (Poller poller = Poller.open(); Pair busy = open(); Pair other = open()) {
            Texts texts = new Texts();
            poller.add(busy.server(), texts.of(busy.server(), 1));
            poller.add(other.server(), texts.of(other.server(), 1));
            for (String text : List.of("a", "b", "c")) {
                busy.client().send(message(text));
            }
            other.client().send(message("1"));
            Background.await("all is there", () -> run(poller) >= 0 && texts.all().size() == 4);
            assertTrue(texts.all().indexOf("1") <= 1, texts.all().toString());
            assertEquals(0, poller.poll(10));
        }
    }

    private static int run(Poller poller) {
        try {
            return poller.poll(1);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    default void awaitGivesUpAfterItsTimeout() throws Exception {
        try (Poller poller = Poller.open(); Pair pair = open()) {
            poller.add(pair.server(), new Texts().of(pair.server(), 1));
            assertEquals(0, poller.await(1, BRIEFLY));
        }
    }

    @Test
    default void wakeUpEndsTheWaitUnderWayOrElseTheNext() throws Exception {
        try (Poller poller = Poller.open()) {
            Background<Integer> waiting = Background.call(() -> poller.await(1, Stream.FOREVER));
            waiting.awaitParked();
            poller.wakeUp();
            assertEquals(0, waiting.get());
            poller.wakeUp();
            assertEquals(0, poller.await(1, Stream.FOREVER));
        }
    }

    @Test
    default void anInterruptEndsAwaitAndIsKept() throws Exception {
        try (Poller poller = Poller.open(); Pair pair = open()) {
            Texts texts = new Texts();
            poller.add(pair.server(), texts.of(pair.server(), 1));
            Thread.currentThread().interrupt();
            assertThrows(InterruptedIOException.class, () -> poller.await(1, Stream.FOREVER));
            assertTrue(Thread.interrupted());
            pair.client().send(message("still"));
            poller.await(1, SOON);
            assertEquals(List.of("still"), texts.all());
        }
    }

    @Test
    default void clientsAreAcceptedByAnAction() throws Exception {
        String endpoint = Pair.freshEndpoint(scheme());
        try (Poller poller = Poller.open(); Listener listener = Ipc.bind(endpoint)) {
            Texts texts = new Texts();
            List<Stream> accepted = new ArrayList<>();
            poller.add(listener, () -> {
                Stream stream = listener.tryAccept();
                accepted.add(stream);
                poller.add(stream, texts.of(stream, 10));
            });
            List<Stream> clients = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                Stream client = Ipc.connect(endpoint);
                client.send(message("" + i));
                clients.add(client);
            }
            while (texts.all().size() < 10) {
                poller.await(3, SOON);
            }
            assertEquals(10, accepted.size());
            assertNull(listener.tryAccept());
            clients.forEach(Stream::close);
            accepted.forEach(Stream::close);
        }
    }

    @Test
    default void theEndOfAStreamIsReadyUntilItIsClosed() throws Exception {
        try (Poller poller = Poller.open(); Pair pair = open()) {
            List<Integer> results = new ArrayList<>();
            poller.add(pair.server(), () -> results.add(pair.server().poll((_, _, _) -> {}, 1)));
            assertEquals(0, poller.poll(1));
            pair.client().close();
            poller.await(1, SOON);
            poller.await(1, SOON);
            assertEquals(List.of(Stream.END_OF_STREAM, Stream.END_OF_STREAM), results);
            pair.server().close();
            assertEquals(0, poller.await(1, BRIEFLY));
        }
    }

    @Test
    default void anExceptionPassesOnAndTheRestKeepsItsTurn() throws Exception {
        try (Poller poller = Poller.open(); Pair bad = open(); Pair good = open()) {
            Texts texts = new Texts();
            PeerGoneException thrown = new PeerGoneException("as the test says");
            poller.add(bad.server(), () -> {
                bad.server().poll((_, _, _) -> {}, 1);
                throw thrown;
            });
            poller.add(good.server(), texts.of(good.server(), 1));
            for (int i = 0; i < 3; i++) {
                bad.client().send(message("x"));
                assertSame(thrown, assertThrows(PeerGoneException.class, () -> poller.await(10, SOON)));
            }
            good.client().send(message("1"));
            poller.await(10, SOON);
            assertEquals(List.of("1"), texts.all());
        }
    }

    @Test
    default void whatIsCancelledIsNotRunAndMayBeAddedAgain() throws Exception {
        try (Poller poller = Poller.open(); Pair pair = open()) {
            Texts texts = new Texts();
            Poller.Key key = poller.add(pair.server(), texts.of(pair.server(), 1));
            assertThrows(IllegalArgumentException.class, () -> poller.add(pair.server(), () -> {}));
            key.cancel();
            key.cancel();
            pair.client().send(message("1"));
            assertEquals(0, poller.await(1, BRIEFLY));
            poller.add(pair.server(), texts.of(pair.server(), 1));
            poller.await(1, SOON);
            assertEquals(List.of("1"), texts.all());
        }
    }

    @Test
    default void afterCloseStreamsAreUsedWithoutThePoller() throws Exception {
        try (Pair pair = open()) {
            Poller poller = Poller.open();
            poller.add(pair.server(), () -> {});
            poller.poll(1);
            poller.close();
            poller.close();
            assertThrows(IllegalStateException.class, () -> poller.add(pair.client(), () -> {}));
            Background<String> receiving = Background.call(() -> receiveText(pair.server()));
            pair.client().send(message("x"));
            assertEquals("x", receiving.get());
        }
    }

    /// A wake that comes late, for what was taken meanwhile, must not use up the wake for what comes next.
    @Test
    default void noWakeIsLostBetweenBursts() throws Exception {
        String endpoint = Pair.freshEndpoint(scheme());
        int streams = 8;
        int bursts = 20_000;
        try (Poller poller = Poller.open(); Listener listener = Ipc.bind(endpoint)) {
            List<Pair> pairs = new ArrayList<>();
            long[] received = new long[1];
            for (int i = 0; i < streams; i++) {
                Stream client = Ipc.connect(endpoint);
                Stream server = listener.accept(SOON);
                pairs.add(new Pair(listener, client, server));
                poller.add(server, () -> received[0] += server.poll((_, _, _) -> {}, 64));
            }
            Background<Void> sending = Background.run(() -> {
                for (int burst = 0; burst < bursts; burst++) {
                    for (Pair pair : pairs) {
                        for (int i = 0; i < 10; i++) {
                            pair.client().send(message("12345678"), Stream.FOREVER);
                        }
                    }
                }
            });
            while (received[0] < 10L * streams * bursts) {
                assertTrue(poller.await(64, SOON) > 0, "received=" + received[0]);
            }
            sending.get();
            assertEquals(0, listener.rescuedWakeUps());
            for (Pair pair : pairs) {
                pair.client().close();
                pair.server().close();
            }
        }
    }

    @Test
    default void closeEndsAwaitAndWhatComesAfterSaysClosed() throws Exception {
        Poller poller = Poller.open();
        Background<Integer> waiting = Background.call(() -> poller.await(1, Stream.FOREVER));
        waiting.awaitParked();
        poller.close();
        assertThrows(IllegalStateException.class, waiting::get);
        assertThrows(IllegalStateException.class, () -> poller.poll(1));
        assertThrows(IllegalStateException.class, () -> poller.await(1, BRIEFLY));
    }

    @Test
    default void aClosedListenerSaysSoToItsActionOnce() throws Exception {
        try (Poller poller = Poller.open()) {
            Listener listener = Ipc.bind(Pair.freshEndpoint(scheme()));
            poller.add(listener, () -> assertNull(listener.tryAccept()));
            poller.poll(1);
            listener.close();
            assertThrows(ClosedException.class, () -> poller.await(1, SOON));
            assertEquals(0, poller.await(1, BRIEFLY));
        }
    }

    @Test
    default void aBusyStreamDoesNotStarveTwoHundredOthers() throws Exception {
        String endpoint = Pair.freshEndpoint(scheme());
        int count = 200;
        Options options = Options.DEFAULT.withRingBytes(Options.MIN_RING_BYTES).withSlots(count, count);
        try (Poller poller = Poller.open(); Listener listener = Ipc.bind(endpoint, options)) {
            List<Pair> pairs = new ArrayList<>();
            int[] received = new int[count];
            for (int i = 0; i < count; i++) {
                int number = i;
                Stream client = Ipc.connect(endpoint, options);
                Stream server = listener.accept(SOON);
                pairs.add(new Pair(listener, client, server));
                poller.add(server, () -> received[number] += server.poll((_, _, _) -> {}, 2));
            }
            int filled = fill(pairs.getFirst().client());
            for (Pair pair : pairs.subList(1, count)) {
                pair.client().send(message("one"));
            }
            Background.await("every stream had a turn", () -> {
                run(poller);
                return Arrays.stream(received).allMatch(n -> n > 0);
            });
            assertTrue(received[0] <= 2 * 3, "the busy one had more than its turns: " + received[0] + " of " + filled);
            assertFalse(pairs.isEmpty());
            for (Pair pair : pairs) {
                pair.client().close();
                pair.server().close();
            }
            assertThrows(ClosedException.class, () -> pairs.getFirst().server().poll((_, _, _) -> {}, 1));
        }
    }
}
