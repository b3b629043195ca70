package lapce.ipc.test.contract;

import static lapce.ipc.test.contract.Pair.BRIEFLY;
import static lapce.ipc.test.contract.Pair.SOON;
import static lapce.ipc.test.contract.Pair.freshEndpoint;
import static lapce.ipc.test.contract.Pair.message;
import static lapce.ipc.test.contract.Pair.receiveText;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import lapce.ipc.api.ClosedException;
import lapce.ipc.api.EndpointInUseException;
import lapce.ipc.api.Ipc;
import lapce.ipc.api.IpcException;
import lapce.ipc.api.Listener;
import lapce.ipc.api.NoSuchEndpointException;
import lapce.ipc.api.Options;
import lapce.ipc.api.Stream;
import lapce.ipc.api.WouldBlockException;
import org.junit.jupiter.api.Test;

/// What every [Listener] does, and [Ipc#connect(String)] with it.
public interface ListenerContract extends SlotContract {
    // --- names ---

    @Test
    default void aSecondBindIsRefusedAndSaysWhoHoldsTheName() throws Exception {
        String endpoint = freshEndpoint(scheme());
        try (Listener listener = Ipc.bind(endpoint)) {
            String text = assertThrows(EndpointInUseException.class, () -> Ipc.bind(endpoint)).getMessage();
            assertTrue(text.contains(listener.endpoint()), text);
            assertTrue(text.contains("pid " + ProcessHandle.current().pid()), text);
        }
    }

    @Test
    default void aNameCanBeBoundAgainAfterClose() throws Exception {
        String endpoint = freshEndpoint(scheme());
        for (int i = 0; i < 20; i++) {
            try (Listener listener = Ipc.bind(endpoint);
                    Stream client = Ipc.connect(endpoint);
                    Stream server = listener.accept(SOON)) {
                client.send(message("round " + i));
                assertEquals("round " + i, receiveText(server));
            }
        }
    }

    /// As a server does that wants one client.
    @Test
    default void whoWasAcceptedIsConnectedThoughTheListenerClosesAtOnce() throws Exception {
        for (int i = 0; i < 100; i++) {
            String endpoint = freshEndpoint(scheme());
            Listener listener = Ipc.bind(endpoint, Options.DEFAULT.withWarmSlots(0));
            Background<Stream> accepting = Background.call(() -> {
                try (listener) {
                    return listener.accept(SOON);
                }
            });
            try (Stream client = Ipc.connect(endpoint);
                    Stream server = accepting.get()) {
                server.send(message("one"));
                assertEquals("one", receiveText(client));
            }
        }
    }

    @Test
    default void aNameNobodyHasBoundIsUnknown() {
        String endpoint = freshEndpoint(scheme());
        String text = assertThrows(NoSuchEndpointException.class, () -> Ipc.connect(endpoint)).getMessage();
        assertTrue(text.contains(endpoint.substring(endpoint.indexOf(':') + 1)), text);
    }

    @Test
    default void aClosedNameIsUnknown() throws Exception {
        String endpoint = freshEndpoint(scheme());
        Ipc.bind(endpoint).close();
        assertThrows(NoSuchEndpointException.class, () -> Ipc.connect(endpoint));
    }

    @Test
    default void aClosedNameIsUnknownWhileAcceptedStreamsLiveOn() throws Exception {
        try (Pair pair = Pair.open(scheme(), Options.DEFAULT)) {
            pair.listener().close();
            String endpoint = scheme() + ":" + pair.client().endpoint();
            assertThrows(NoSuchEndpointException.class, () -> Ipc.connect(endpoint));
        }
    }

    @Test
    default void bothEndsKnowTheOthersUser() throws Exception {
        try (Pair pair = Pair.open(scheme(), Options.DEFAULT)) {
            assertFalse(pair.client().peerUserId().isEmpty());
            assertEquals(pair.client().peerUserId(), pair.server().peerUserId());
        }
    }

    @Test
    default void badNamesAreRefused() {
        String[] names = {"", "a/b", "/", "//a", "a b", "ä", "a~b", "a\0b", "a".repeat(65)};
        for (String name : names) {
            String endpoint = scheme() + ":" + name;
            assertThrows(IllegalArgumentException.class, () -> Ipc.bind(endpoint), endpoint);
            assertThrows(IllegalArgumentException.class, () -> Ipc.connect(endpoint), endpoint);
        }
    }

    @Test
    default void theLongestNameAndALeadingSlashAreAccepted() throws Exception {
        String name = freshEndpoint(scheme()).substring(scheme().length() + 1);
        String longest = name + "x".repeat(64 - name.length());
        try (Listener listener = Ipc.bind(scheme() + ":/" + longest);
                Stream client = Ipc.connect(scheme() + ":" + longest)) {
            assertEquals(longest, listener.endpoint());
            assertEquals(longest, client.endpoint());
        }
    }

    @Test
    default void sessionsDoNotMeet() throws Exception {
        String endpoint = freshEndpoint(scheme());
        Options other = Options.DEFAULT.withSession(Options.DEFAULT.session() + ".other");
        try (Listener here = Ipc.bind(endpoint)) {
            assertThrows(NoSuchEndpointException.class, () -> Ipc.connect(endpoint, other));
            try (Listener there = Ipc.bind(endpoint, other)) {
                assertEquals(here.endpoint(), there.endpoint());
            }
        }
    }

    // --- accept ---

    @Test
    default void acceptGivesUpAfterItsTimeout() throws Exception {
        try (Listener listener = Ipc.bind(freshEndpoint(scheme()))) {
            assertThrows(WouldBlockException.class, () -> listener.accept(BRIEFLY));
        }
    }

    @Test
    default void closeEndsAWaitingAccept() throws Exception {
        Listener listener = Ipc.bind(freshEndpoint(scheme()));
        Background<Stream> accepting = Background.call(listener::accept);
        accepting.awaitParked();
        listener.close();
        listener.close();
        assertThrows(ClosedException.class, accepting::get);
        assertThrows(ClosedException.class, listener::accept);
        assertThrows(ClosedException.class, () -> listener.accept(BRIEFLY));
    }

    @Test
    default void anInterruptEndsAWaitingAccept() throws Exception {
        String endpoint = freshEndpoint(scheme());
        try (Listener listener = Ipc.bind(endpoint)) {
            Background<Boolean> accepting = Background.call(() -> {
                assertThrows(InterruptedIOException.class, listener::accept);
                return Thread.interrupted();
            });
            accepting.awaitParked().interrupt();
            assertTrue(accepting.get(), "interrupt status");
            try (Stream client = Ipc.connect(endpoint);
                    Stream server = listener.accept(SOON)) {
                client.send(message("usable"));
                assertEquals("usable", receiveText(server));
            }
        }
    }

    @Test
    default void severalClientsAtOnceEachGetTheirOwnStream() throws Exception {
        int count = 8;
        String endpoint = freshEndpoint(scheme());
        try (Listener listener = Ipc.bind(endpoint)) {
            CyclicBarrier together = new CyclicBarrier(count);
            List<Background<String>> clients = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                String name = "client " + i;
                clients.add(Background.call(() -> {
                    together.await();
                    try (Stream client = Ipc.connect(endpoint)) {
                        client.send(message(name));
                        return receiveText(client);
                    }
                }));
            }
            List<Stream> servers = new ArrayList<>();
            Set<String> names = new HashSet<>();
            for (int i = 0; i < count; i++) {
                servers.add(listener.accept(SOON));
            }
            for (Stream server : servers) {
                String name = receiveText(server);
                names.add(name);
                server.send(message("hello " + name));
            }
            for (int i = 0; i < count; i++) {
                assertEquals("hello client " + i, clients.get(i).get());
            }
            assertEquals(count, names.size());
            servers.forEach(Stream::close);
        }
    }

    @Test
    default void acceptedStreamsLiveOnAfterTheListenerClosed() throws Exception {
        try (Pair pair = Pair.open(scheme(), Options.DEFAULT)) {
            pair.listener().close();
            pair.client().send(message("there"));
            assertEquals("there", receiveText(pair.server()));
            pair.server().send(message("back"));
            assertEquals("back", receiveText(pair.client()));
        }
    }

    @Test
    default void theNameIsFreeWhileAcceptedStreamsLiveOn() throws Exception {
        try (Pair old = Pair.open(scheme(), Options.DEFAULT)) {
            old.listener().close();
            String endpoint = scheme() + ":" + old.client().endpoint();
            try (Listener listener = Ipc.bind(endpoint)) {
                old.client().send(message("old"));
                assertEquals("old", receiveText(old.server()));
                try (Stream client = Ipc.connect(endpoint);
                        Stream server = listener.accept(SOON)) {
                    client.send(message("new"));
                    assertEquals("new", receiveText(server));
                }
            }
            old.client().send(message("still"));
            assertEquals("still", receiveText(old.server()));
        }
    }

    @Test
    default void closeRefusesClientsNotYetAccepted() throws Exception {
        String endpoint = freshEndpoint(scheme());
        Listener listener = Ipc.bind(endpoint);
        try (Stream client = Ipc.connect(endpoint)) {
            listener.close();
            try {
                assertNull(client.receive(SOON));
            } catch (WouldBlockException e) {
                throw new AssertionError("the client hangs", e);
            } catch (IpcException e) {
                assertEquals("PeerGoneException", e.getClass().getSimpleName());
            }
        }
    }

    // --- slots ---
}
