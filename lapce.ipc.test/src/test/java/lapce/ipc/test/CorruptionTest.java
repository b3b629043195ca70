package lapce.ipc.test;

import static lapce.ipc.test.SharedObjects.overwriteInt;
import static lapce.ipc.test.SharedObjects.overwriteLong;
import static lapce.ipc.test.contract.Pair.SOON;
import static lapce.ipc.test.contract.Pair.fill;
import static lapce.ipc.test.contract.Pair.freshEndpoint;
import static lapce.ipc.test.contract.Pair.message;
import static lapce.ipc.test.contract.Pair.receiveText;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import lapce.ipc.api.CorruptStreamException;
import lapce.ipc.api.Ipc;
import lapce.ipc.api.Listener;
import lapce.ipc.api.Options;
import lapce.ipc.api.PeerGoneException;
import lapce.ipc.api.Poller;
import lapce.ipc.api.Stream;
import lapce.ipc.shm.layout.ArmedWord;
import lapce.ipc.shm.layout.ConnectionLayout;
import lapce.ipc.shm.layout.RecordHeader;
import lapce.ipc.shm.layout.RingLayout;
import lapce.ipc.test.contract.Background;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.function.Executable;

/// Two connections of one listener; the memory of the first is damaged.
@EnabledOnOs(OS.LINUX)
class CorruptionTest {
    private final String endpoint = freshEndpoint("shm");
    private final SharedObjects objects = new SharedObjects(endpoint);
    private Listener listener;
    private Stream damagedClient;
    private Stream damagedServer;
    private Stream client;
    private Stream server;

    @BeforeEach
    void connect() throws IOException {
        listener = Ipc.bind(endpoint, Options.DEFAULT.withWarmSlots(0)); // so that the first client has slot 0
        damagedClient = Ipc.connect(endpoint);
        damagedServer = listener.accept(SOON);
        client = Ipc.connect(endpoint);
        server = listener.accept(SOON);
    }

    @AfterEach
    void close() {
        damagedClient.close();
        damagedServer.close();
        client.close();
        server.close();
        listener.close();
    }

    @Test
    void aConsumedPositionAheadOfTheProducersIsCorrupt() throws Exception {
        fill(damagedClient);
        long consumed = ConnectionLayout.CLIENT_TO_SERVER + RingLayout.CONSUMED_POSITION;
        overwriteLong(objects.connection(0), consumed, 1L << 40);
        assertCorrupt(damagedClient, "consumedPosition=" + (1L << 40), () -> damagedClient.send(message("late")));
    }

    @Test
    void aNegativeLengthIsCorrupt() throws Exception {
        assertHeaderIsCorrupt(-7, RecordHeader.MESSAGE, "length=-7");
    }

    @Test
    void theLargestLengthIsCorrupt() throws Exception {
        assertHeaderIsCorrupt(Integer.MAX_VALUE, RecordHeader.MESSAGE, "length=" + Integer.MAX_VALUE);
    }

    @Test
    void aLengthBeyondTheEndOfTheRingIsCorrupt() throws Exception {
        int length = Options.DEFAULT.ringBytes() - RecordHeader.BYTES + 1;
        assertHeaderIsCorrupt(length, RecordHeader.MESSAGE, "length=" + length);
    }

    @Test
    void anUnknownKindIsCorrupt() throws Exception {
        assertHeaderIsCorrupt(1, 99, "kind=99");
    }

    @Test
    void aFragmentWithoutItsFirstIsCorrupt() throws Exception {
        assertHeaderIsCorrupt(1, RecordHeader.LAST, "kind=" + RecordHeader.LAST);
    }

    @Test
    void paddingThatDoesNotReachTheEndIsCorrupt() throws Exception {
        assertHeaderIsCorrupt(1, RecordHeader.PADDING, "length=1");
    }

    private void assertHeaderIsCorrupt(int length, int kind, String text) throws Exception {
        damagedClient.send(message("1"));
        long header = (long) kind << Integer.SIZE | length & 0xffff_ffffL;
        overwriteLong(objects.connection(0), ConnectionLayout.RECORDS, header);
        assertCorrupt(damagedServer, text, () -> damagedServer.receive(SOON));
    }

    private void assertCorrupt(Stream damaged, String text, Executable action) throws IOException {
        String message = assertThrows(CorruptStreamException.class, action).getMessage();
        assertTrue(message.contains(text), message);
        assertFalse(damaged.isOpen());
        assertOthersLiveOn();
    }

    @Test
    void aRegionTruncatedUnderAParkedThreadEndsThatStreamAlone() throws Exception {
        Background<byte[]> parked = Background.call(() -> damagedServer.receive());
        parked.awaitParked();
        Background<Stream> accepting = Background.call(() -> listener.accept());
        accepting.awaitParked();
        objects.truncate(objects.connection(0));
        damagedClient.close(); // which rings
        assertThrows(CorruptStreamException.class, parked::get);
        assertFalse(damagedServer.isOpen());
        Ipc.connect(endpoint).close();
        accepting.get().close();
        assertOthersLiveOn();
    }

    @Test
    void aThreadParkedInATruncatedRegionCanBeInterruptedAndItsStreamClosed() throws Exception {
        Background<byte[]> parked = Background.call(() -> damagedServer.receive());
        parked.awaitParked();
        objects.truncate(objects.connection(0));
        parked.interrupt();
        assertThrows(IOException.class, parked::get);
        damagedServer.close();
        assertOthersLiveOn();
    }

    @Test
    void aPeerThatHasClosedIsGoneThoughItsRegionDeniesIt() throws Exception {
        Background<byte[]> parked = Background.call(() -> damagedServer.receive());
        parked.awaitParked();
        long ended = ConnectionLayout.CLIENT_TO_SERVER + RingLayout.OUTPUT_CLOSED;
        Path region = objects.connection(0);
        Background<Void> denying = Background.run(() -> {
            while (!parked.isDone()) {
                overwriteInt(region, ended, 0);
            }
        });
        damagedClient.close();
        try {
            assertNull(parked.get(), "the end, where it was seen in time");
        } catch (PeerGoneException e) {
            // where it was not
        }
        denying.get();
        assertOthersLiveOn();
    }

    /// A platform thread, a virtual one, a poller and a sender, each of which has armed a word that somebody clears.
    @Test
    void whoWaitsWithoutALimitFindsByHimselfWhatNobodyCanTellHim() throws Exception {
        fill(client);
        try (Poller poller = Poller.open()) {
            poller.add(client, () -> client.poll((_, _, _) -> {}, 1));
            Background<byte[]> platform = Background.call(() -> damagedServer.receive());
            Background<byte[]> virtual = Background.call(Thread.ofVirtual(), () -> damagedClient.receive());
            Background<Integer> polling = Background.call(() -> poller.await(1, Stream.FOREVER));
            Background<Void> sending = Background.run(() -> client.send(message("late"), Stream.FOREVER));
            disarm(0, ConnectionLayout.CLIENT_TO_SERVER + RingLayout.DATA_ARMED);
            disarm(0, ConnectionLayout.SERVER_TO_CLIENT + RingLayout.DATA_ARMED);
            disarm(1, ConnectionLayout.SERVER_TO_CLIENT + RingLayout.DATA_ARMED);
            disarm(1, ConnectionLayout.CLIENT_TO_SERVER + RingLayout.SPACE_ARMED);
            damagedClient.send(message("1"));
            damagedServer.send(message("2"));
            server.send(message("3"));
            server.poll((_, _, _) -> {}, Integer.MAX_VALUE);
            assertArrayEquals(new byte[] {'1'}, platform.get());
            assertArrayEquals(new byte[] {'2'}, virtual.get());
            assertEquals(1, polling.get());
            sending.get();
        }
        assertEquals(1, listener.rescuedWakeUps(), "of the server's");
    }

    private void disarm(int slot, long word) throws IOException {
        Path region = objects.connection(slot);
        Background.await("armed", () -> ArmedWord.isArmed(SharedObjects.readInt(region, word)));
        overwriteInt(region, word, ArmedWord.AWAKE);
    }

    private void assertOthersLiveOn() throws IOException {
        client.send(message("there"));
        assertEquals("there", receiveText(server));
        server.send(message("back"));
        assertEquals("back", receiveText(client));
        try (Stream next = Ipc.connect(endpoint);
                Stream accepted = listener.accept(SOON)) {
            next.send(message("next"));
            assertEquals("next", receiveText(accepted));
        }
    }
}
