package lapce.ipc.test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static lapce.ipc.test.contract.Pair.SOON;
import static lapce.ipc.test.contract.Pair.freshEndpoint;
import static lapce.ipc.test.contract.Pair.message;
import static lapce.ipc.test.contract.Pair.pattern;
import static lapce.ipc.test.contract.Pair.receiveText;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import lapce.ipc.api.EndpointInUseException;
import lapce.ipc.api.Frame;
import lapce.ipc.api.Framer;
import lapce.ipc.api.Ipc;
import lapce.ipc.api.Listener;
import lapce.ipc.api.MessageType;
import lapce.ipc.api.NoSuchEndpointException;
import lapce.ipc.api.Options;
import lapce.ipc.api.PeerGoneException;
import lapce.ipc.api.Stream;
import lapce.ipc.shm.Step;
import lapce.ipc.test.contract.Background;
import lapce.ipc.test.process.Peer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class ProcessTest {
    private final String endpoint = freshEndpoint("shm");
    private final SharedObjects objects = new SharedObjects(endpoint);

    @Test
    void aReaderGetsPeerGoneWhenItsServerIsKilled() throws Exception {
        try (PeerProcess server = new PeerProcess(Peer.Role.SERVE, endpoint).awaitReady();
                Stream stream = Ipc.connect(endpoint)) {
            assertThreeMessages(stream);
            Background<byte[]> reading = Background.call(() -> stream.receive());
            reading.awaitParked();
            server.kill();
            assertThrows(PeerGoneException.class, reading::get);
            assertThrows(PeerGoneException.class, () -> stream.send(message("late")));
            assertThrows(NoSuchEndpointException.class, () -> Ipc.connect(endpoint));
        }
        Ipc.bind(endpoint).close(); // sweeps
        assertNothingRemains();
    }

    @Test
    void aReaderGetsPeerGoneWhenItsClientIsKilled() throws Exception {
        try (Listener listener = Ipc.bind(endpoint);
                PeerProcess client = new PeerProcess(Peer.Role.SEND_AND_STAY, endpoint).awaitReady();
                Stream stream = listener.accept(SOON)) {
            client.kill();
            assertThreeMessages(stream);
            assertThrows(PeerGoneException.class, () -> stream.receive(SOON));
            assertThrows(PeerGoneException.class, () -> stream.send(message("late")));
        }
    }

    @Test
    void aBlockedReaderGetsPeerGoneWhenItsClientIsKilled() throws Exception {
        try (Listener listener = Ipc.bind(endpoint);
                PeerProcess client = new PeerProcess(Peer.Role.SEND_AND_STAY, endpoint).awaitReady();
                Stream stream = listener.accept(SOON)) {
            assertThreeMessages(stream);
            Background<byte[]> reading = Background.call(() -> stream.receive());
            reading.awaitParked();
            client.kill();
            assertThrows(PeerGoneException.class, reading::get);
        }
    }

    @Test
    void theSlotOfAKilledClientIsFreedOnceItsStreamIsClosed() throws Exception {
        Options one = Options.DEFAULT.withSlots(1, 1).withConnectTimeout(SOON);
        try (Listener listener = Ipc.bind(endpoint, one)) {
            try (PeerProcess client = new PeerProcess(Peer.Role.SEND_AND_STAY, endpoint).awaitReady();
                    Stream stream = listener.accept(SOON)) {
                client.kill();
                assertThreeMessages(stream);
                assertEquals(1, objects.clientLocks());
            }
            Background.await("the dead client's line is given back", () -> objects.clientLocks() == 0);
            Ipc.connect(endpoint, one).close();
        }
    }

    @Test
    void theNextBindSweepsAKilledServer() throws Exception {
        try (PeerProcess server = new PeerProcess(Peer.Role.SERVE, endpoint).awaitReady()) {
            assertThrows(EndpointInUseException.class, () -> Ipc.bind(endpoint));
            Stream stream = Ipc.connect(endpoint);
            assertThreeMessages(stream);
            String epoch = objects.epoch();
            server.kill();
            assertFalse(objects.names().isEmpty());
            try (Listener listener = Ipc.bind(endpoint)) {
                assertEquals(List.of(), objects.names().stream().filter(name -> name.contains(epoch)).toList());
                stream.close();
                try (Stream next = Ipc.connect(endpoint);
                        Stream accepted = listener.accept(SOON)) {
                    next.send(message("next"));
                    assertEquals("next", receiveText(accepted));
                }
            }
        }
        assertNothingRemains();
    }

    @Test
    void aClientOfTwoServersKeepsTheOneThatLives() throws Exception {
        String other = freshEndpoint("shm");
        try (PeerProcess dies = new PeerProcess(Peer.Role.SERVE, endpoint).awaitReady();
                PeerProcess lives = new PeerProcess(Peer.Role.ECHO_PARKED, other).awaitReady();
                Stream lost = Ipc.connect(endpoint);
                Stream kept = Ipc.connect(other, Peer.PARKED)) {
            assertThreeMessages(lost);
            assertEchoes(kept, "before");
            Background<byte[]> losing = Background.call(() -> lost.receive());
            Background<byte[]> keeping = Background.call(() -> kept.receive());
            losing.awaitParked();
            keeping.awaitParked();
            dies.killAlive();
            assertThrows(PeerGoneException.class, losing::get);
            Ipc.bind(endpoint).close(); // sweeps
            kept.send(message("after"));
            assertEquals("after", new String(keeping.get(), UTF_8));
            kept.closeOutput();
            assertNull(kept.receive(SOON));
            lives.awaitOrderlyEnd();
        }
        assertNothingRemains();
        assertNothingRemains(new SharedObjects(other));
    }

    @Test
    void aStreamOutlivesTheServerThatTookItsEndpointOver() throws Exception {
        Listener first = Ipc.bind(endpoint);
        try (Stream client = Ipc.connect(endpoint);
                Stream server = first.accept(SOON)) {
            first.close();
            try (PeerProcess second = new PeerProcess(Peer.Role.SERVE, endpoint).awaitReady();
                    Stream lost = Ipc.connect(endpoint)) {
                assertThreeMessages(lost);
                second.killAlive();
                assertThrows(PeerGoneException.class, () -> lost.receive(SOON));
            }
            Ipc.bind(endpoint).close(); // sweeps
            client.send(message("up"));
            assertEquals("up", receiveText(server));
            server.send(message("down"));
            assertEquals("down", receiveText(client));
        }
        assertNothingRemains();
    }

    /// It has the name and serves nobody: it is binding or, as here in the end, dying.
    @Test
    void aBindWaitsAMomentForAHolderThatIsNoServer() throws Exception {
        try (PeerProcess holder = PeerProcess.stoppingAt(Step.NAME_HELD, Peer.Role.SERVE, endpoint)) {
            holder.awaitStopped(Step.NAME_HELD);
            assertThrows(EndpointInUseException.class, () -> Ipc.bind(endpoint), "after that moment");
            Background<Void> binding = Background.run(() -> Ipc.bind(endpoint).close());
            holder.killAlive();
            binding.get();
        }
        assertNothingRemains();
    }

    @Test
    void nothingRemainsAfterAnOrderlyClose() throws Exception {
        try (Listener listener = Ipc.bind(endpoint);
                Stream client = Ipc.connect(endpoint);
                Stream server = listener.accept(SOON)) {
            client.send(message("there"));
            assertEquals("there", receiveText(server));
            assertFalse(objects.names().isEmpty());
        }
        assertNothingRemains();
    }

    @Test
    void nothingRemainsWhenTheListenerClosesFirst() throws Exception {
        Listener listener = Ipc.bind(endpoint);
        try (Stream server = Ipc.connect(endpoint);
                Stream client = listener.accept(SOON)) {
            listener.close();
            client.send(message("there"));
            assertEquals("there", receiveText(server));
        }
        assertNothingRemains();
    }

    @Test
    void nothingRemainsAfterAClientProcessClosed() throws Exception {
        try (Listener listener = Ipc.bind(endpoint);
                PeerProcess client = new PeerProcess(Peer.Role.SEND_AND_CLOSE, endpoint);
                Stream stream = listener.accept(SOON)) {
            assertThreeMessages(stream);
            assertNull(stream.receive(SOON));
            client.awaitOrderlyEnd();
        }
        assertNothingRemains();
    }

    @Test
    void nothingRemainsAfterAClientProcessEndedWithoutClosing() throws Exception {
        try (Listener listener = Ipc.bind(endpoint);
                PeerProcess client = new PeerProcess(Peer.Role.SEND_AND_EXIT, endpoint);
                Stream stream = listener.accept(SOON)) {
            assertThreeMessages(stream);
            assertThrows(PeerGoneException.class, () -> stream.receive(SOON));
            client.awaitOrderlyEnd();
        }
        assertNothingRemains();
    }

    @Test
    void aHundredThousandFramesArriveInOrderFromAnotherProcess() throws Exception {
        int count = 100_000;
        try (Listener listener = Ipc.bind(endpoint);
                PeerProcess client = new PeerProcess(Peer.Role.SEND_FRAMES, endpoint, "" + count);
                Framer framer = Framer.over(listener.accept(SOON))) {
            for (int i = 0; i < count; i++) {
                Frame frame = framer.receive(SOON);
                assertEquals(i, frame.id());
                assertEquals(i, frame.payload().get(ValueLayout.JAVA_LONG_UNALIGNED, 0));
            }
            assertNull(framer.receive(SOON));
            client.awaitOrderlyEnd();
        }
        assertNothingRemains();
    }

    @Test
    void framesOfManyLengthsComeBackFromAnotherProcess() throws Exception {
        try (PeerProcess server = new PeerProcess(Peer.Role.ECHO_FRAMES, endpoint).awaitReady();
                Framer framer = Framer.over(Ipc.connect(endpoint))) {
            Background<Void> sending = Background.run(() -> sendFrames(framer));
            for (int i = 0; i < 500; i++) {
                Frame frame = framer.receive(SOON);
                assertEquals(i, frame.id());
                assertEquals(Frame.IS_RESPONSE, frame.flags());
                assertTrue(Arrays.equals(contents(i), frame.toByteArray()), "content of frame " + i);
            }
            assertNull(framer.receive(SOON));
            sending.get();
            server.awaitOrderlyEnd();
        }
        assertNothingRemains();
    }

    private static void sendFrames(Framer framer) throws IOException {
        for (int i = 0; i < 500; i++) {
            framer.send(MessageType.DATA, 0, i, MemorySegment.ofArray(contents(i)));
        }
        framer.stream().closeOutput();
    }

    private static byte[] contents(int i) {
        return pattern(i, i * i % 100_000);
    }

    private static void assertThreeMessages(Stream stream) throws IOException {
        for (int i = 1; i <= 3; i++) {
            assertEquals("message " + i, receiveText(stream));
        }
    }

    @Test
    void aProcessThatExitsWhileAThreadClosesLeavesNothing() throws Exception {
        for (int i = 0; i < 5; i++) {
            try (PeerProcess peer = new PeerProcess(Peer.Role.CLOSE_AND_EXIT, endpoint)) {
                peer.awaitOrderlyEnd();
            }
            assertNothingRemains();
        }
    }

    private static void assertEchoes(Stream stream, String text) throws IOException {
        stream.send(message(text));
        assertEquals(text, receiveText(stream));
    }

    private void assertNothingRemains() {
        assertNothingRemains(objects);
    }

    private static void assertNothingRemains(SharedObjects objects) {
        Background.await("nothing remains under /dev/shm", () -> objects.names().isEmpty());
    }
}
