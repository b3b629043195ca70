package lapce.ipc.test.contract;

import static lapce.ipc.test.contract.Pair.BRIEFLY;
import static lapce.ipc.test.contract.Pair.SOON;
import static lapce.ipc.test.contract.Pair.freshEndpoint;
import static lapce.ipc.test.contract.Pair.message;
import static lapce.ipc.test.contract.Pair.receiveText;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import lapce.ipc.api.ClosedException;
import lapce.ipc.api.Ipc;
import lapce.ipc.api.Listener;
import lapce.ipc.api.NoFreeSlotException;
import lapce.ipc.api.Options;
import lapce.ipc.api.Stream;
import org.junit.jupiter.api.Test;

/// How a [Listener] takes clients without waiting, and what happens when they are many. Part of [ListenerContract].
public interface SlotContract extends PairFixture {
    @Test
    default void slotsGrowAheadOfNeed() throws Exception {
        String endpoint = Pair.freshEndpoint(scheme());
        Options options = Options.DEFAULT
                .withRingBytes(Options.MIN_RING_BYTES).withSlots(2, 50).withConnectTimeout(SOON);
        try (Listener listener = Ipc.bind(endpoint, options)) {
            List<Stream> streams = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                streams.add(Ipc.connect(endpoint, options));
                streams.add(listener.accept(SOON));
            }
            assertThrows(NoFreeSlotException.class, () -> Ipc.connect(endpoint, options.withConnectTimeout(BRIEFLY)));
            streams.forEach(Stream::close);
            try (Stream again = Ipc.connect(endpoint, options)) {
                assertTrue(again.isOpen());
            }
            assertEquals(0, listener.rescuedWakeUps());
        }
    }

    @Test
    default void aBurstOfClientsWaitsForSlotsToGrow() throws Exception {
        for (int most = 2; most <= 64; most += 2) {
            String endpoint = Pair.freshEndpoint(scheme());
            Options options = Options.DEFAULT
                    .withRingBytes(Options.MIN_RING_BYTES).withSlots(1, most).withConnectTimeout(Stream.FOREVER);
            try (Listener listener = Ipc.bind(endpoint, options)) {
                List<Background<Stream>> clients = new ArrayList<>();
                for (int i = 0; i < most; i++) {
                    clients.add(Background.call(Thread.ofVirtual(), () -> Ipc.connect(endpoint, options)));
                }
                for (Background<Stream> client : clients) {
                    client.get(); // within its guard, though nobody has closed
                }
                for (Background<Stream> client : clients) {
                    listener.accept(SOON).close();
                    client.get().close();
                }
            }
        }
    }

    @Test
    default void theClientAfterTheLastSlotWaitsUntilOneIsFreed() throws Exception {
        String endpoint = Pair.freshEndpoint(scheme());
        Options options = Options.DEFAULT.withRingBytes(Options.MIN_RING_BYTES).withConnectTimeout(SOON);
        try (Listener listener = Ipc.bind(endpoint, options)) {
            List<Stream> streams = new ArrayList<>();
            for (int i = 0; i < options.maxSlots(); i++) {
                streams.add(Ipc.connect(endpoint, options));
                streams.add(listener.accept(SOON));
            }
            assertThrows(NoFreeSlotException.class, () -> Ipc.connect(endpoint, options.withConnectTimeout(BRIEFLY)));
            Background<Stream> waiting = Background.call(() -> Ipc.connect(endpoint, options));
            waiting.awaitParked();
            streams.removeLast().close();
            streams.removeLast().close();
            streams.add(waiting.get());
            streams.add(listener.accept(SOON));
            streams.forEach(Stream::close);
            assertEquals(0, listener.rescuedWakeUps());
        }
    }

    @Test
    default void tryAcceptTakesWhoIsThere() throws Exception {
        String endpoint = Pair.freshEndpoint(scheme());
        Listener listener = Ipc.bind(endpoint);
        assertNull(listener.tryAccept());
        try (Stream client = Ipc.connect(endpoint)) {
            Stream[] accepted = new Stream[1];
            Background.await("the client is there", () -> (accepted[0] = tryAccept(listener)) != null);
            client.send(message("x"));
            assertEquals("x", receiveText(accepted[0]));
            accepted[0].close();
        }
        listener.close();
        assertThrows(ClosedException.class, listener::tryAccept);
    }

    private static Stream tryAccept(Listener listener) {
        try {
            return listener.tryAccept();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    default void withoutAFreeSlotConnectFailsAtItsDeadline() throws Exception {
        String endpoint = freshEndpoint(scheme());
        Options options = Options.DEFAULT.withSlots(2, 2).withConnectTimeout(BRIEFLY);
        try (Listener listener = Ipc.bind(endpoint, options);
                Stream first = Ipc.connect(endpoint, options);
                Stream second = Ipc.connect(endpoint, options)) {
            String text = assertThrows(NoFreeSlotException.class, () -> Ipc.connect(endpoint, options)).getMessage();
            assertTrue(text.contains("slots=2"), text);
            first.send(message("1"));
            second.send(message("2"));
            try (Stream one = listener.accept(SOON);
                    Stream other = listener.accept(SOON)) {
                assertEquals(Set.of("1", "2"), Set.of(receiveText(one), receiveText(other)));
            }
        }
    }

    @Test
    default void aWaitingConnectGetsTheSlotThatIsFreed() throws Exception {
        String endpoint = freshEndpoint(scheme());
        Options options = Options.DEFAULT.withSlots(1, 1).withConnectTimeout(SOON);
        try (Listener listener = Ipc.bind(endpoint, options)) {
            Stream first = Ipc.connect(endpoint, options);
            Stream firstServer = listener.accept(SOON);
            Background<Stream> connecting = Background.call(() -> Ipc.connect(endpoint, options));
            connecting.awaitParked();
            first.close();
            firstServer.close();
            try (Stream second = connecting.get();
                    Stream secondServer = listener.accept(SOON)) {
                second.send(message("second"));
                assertEquals("second", receiveText(secondServer));
            }
        }
    }

    @Test
    default void anInterruptEndsAConnectThatWaitsForASlot() throws Exception {
        String endpoint = freshEndpoint(scheme());
        Options options = Options.DEFAULT.withSlots(1, 1).withConnectTimeout(SOON);
        try (Listener listener = Ipc.bind(endpoint, options);
                Stream first = Ipc.connect(endpoint, options)) {
            Background<Boolean> connecting = Background.call(() -> {
                assertThrows(InterruptedIOException.class, () -> Ipc.connect(endpoint, options));
                return Thread.interrupted();
            });
            connecting.awaitParked().interrupt();
            assertTrue(connecting.get(), "interrupt status");
            assertEquals(listener.endpoint(), first.endpoint());
        }
    }

    @Test
    default void manyConnectionsOneAfterTheOtherLeaveNoSlotTaken() throws Exception {
        String endpoint = freshEndpoint(scheme());
        Options options = Options.DEFAULT.withSlots(2, 2).withConnectTimeout(SOON);
        try (Listener listener = Ipc.bind(endpoint, options)) {
            for (int i = 0; i < 200; i++) {
                Stream client = Ipc.connect(endpoint, options);
                Stream server = listener.accept(SOON);
                client.send(message("" + i));
                assertEquals("" + i, receiveText(server));
                (i % 2 == 0 ? client : server).close();
                (i % 2 == 0 ? server : client).close();
            }
            try (Stream first = Ipc.connect(endpoint, options);
                    Stream second = Ipc.connect(endpoint, options)) {
                assertTrue(first.isOpen() && second.isOpen());
            }
        }
    }
}
