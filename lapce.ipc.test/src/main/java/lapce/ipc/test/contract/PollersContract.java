package lapce.ipc.test.contract;

import static lapce.ipc.test.contract.Pair.SOON;
import static lapce.ipc.test.contract.Pair.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import lapce.ipc.api.Ipc;
import lapce.ipc.api.Listener;
import lapce.ipc.api.Poller;
import lapce.ipc.api.Stream;
import org.junit.jupiter.api.Test;

/// Pollers that share an endpoint, outlive one, or change their thread. Part of [PollerContract].
public interface PollersContract extends PairFixture {
    @Test
    default void twoPollersOfOneEndpointAreBothWoken() throws Exception {
        String endpoint = Pair.freshEndpoint(scheme());
        try (Listener listener = Ipc.bind(endpoint);
                Stream client = Ipc.connect(endpoint);
                Stream server = listener.accept(SOON);
                Stream otherClient = Ipc.connect(endpoint);
                Stream otherServer = listener.accept(SOON);
                Poller poller = Poller.open();
                Poller other = Poller.open()) {
            Texts texts = new Texts();
            poller.add(server, texts.of(server, 10));
            other.add(otherServer, texts.of(otherServer, 10));
            for (int i = 0; i < 50; i++) {
                assertWoken(poller, client, texts, "a" + i);
                assertWoken(other, otherClient, texts, "b" + i);
            }
            assertEquals(0, listener.rescuedWakeUps());
        }
    }

    @Test
    default void aLimitBelowOneIsRefused() {
        try (Poller poller = Poller.open()) {
            assertThrows(IllegalArgumentException.class, () -> poller.poll(0));
            assertThrows(IllegalArgumentException.class, () -> poller.await(0, SOON));
        }
    }

    @Test
    default void aClosedPollerLeavesItsStreamsToAnother() throws Exception {
        try (Pair pair = open(); Poller next = Poller.open()) {
            Texts texts = new Texts();
            Poller first = Poller.open();
            first.add(pair.server(), texts.of(pair.server(), 10));
            Background<Integer> waiting = Background.call(() -> first.await(10, Stream.FOREVER));
            waiting.awaitParked();
            first.close();
            assertThrows(IllegalStateException.class, waiting::get);
            next.add(pair.server(), texts.of(pair.server(), 10));
            assertWoken(next, pair.client(), texts, "next");
        }
    }

    @Test
    default void aPollerOutlivesTheEndpointThatItParkedFor() throws Exception {
        try (Poller poller = Poller.open(); Pair later = open()) {
            Texts texts = new Texts();
            Pair gone = open();
            Poller.Key key = poller.add(gone.server(), texts.of(gone.server(), 10));
            assertWoken(poller, gone.client(), texts, "before");
            Background<Integer> waiting = Background.call(() -> poller.await(10, Stream.FOREVER));
            waiting.awaitParked();
            key.cancel(); // else its action could meet the stream while it is being closed, and fail
            gone.close();
            poller.add(later.server(), texts.of(later.server(), 10));
            later.client().send(message("after"));
            waiting.get();
            while (!texts.all().getLast().equals("after")) {
                poller.await(10, SOON);
            }
            assertWoken(poller, later.client(), texts, "again");
            assertEquals(List.of("before", "after", "again"), texts.all());
        }
    }

    @Test
    default void threadsOfBothKindsPollInTurn() throws Exception {
        try (Pair pair = open(); Poller poller = Poller.open()) {
            Texts texts = new Texts();
            poller.add(pair.server(), texts.of(pair.server(), 10));
            for (int i = 0; i < 10; i++) {
                Thread.Builder builder = i % 2 == 0 ? Thread.ofVirtual() : Thread.ofPlatform().daemon();
                Background<Integer> waiting = Background.call(builder, () -> poller.await(10, Stream.FOREVER));
                waiting.awaitParked();
                pair.client().send(message("" + i));
                assertEquals(1, waiting.get());
            }
            assertEquals(10, texts.all().size());
        }
    }

    private static void assertWoken(Poller poller, Stream client, Texts texts, String text) throws Exception {
        Background<Integer> waiting = Background.call(() -> poller.await(10, Stream.FOREVER));
        waiting.awaitParked();
        client.send(message(text));
        assertEquals(1, waiting.get());
        assertEquals(text, texts.all().getLast());
    }
}
