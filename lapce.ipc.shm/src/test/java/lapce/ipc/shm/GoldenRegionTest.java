package lapce.ipc.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import lapce.ipc.api.IncompatibleLayoutException;
import lapce.ipc.api.IpcException;
import lapce.ipc.api.Options;
import lapce.ipc.shm.layout.ArmedWord;
import lapce.ipc.shm.layout.ControlLayout;
import lapce.ipc.shm.layout.LineWord;
import lapce.ipc.shm.layout.RecordHeader;
import lapce.ipc.shm.layout.SlotWord;
import lapce.ipc.shm.mem.MemPlatform;
import lapce.ipc.shm.ring.RingConsumer;
import lapce.ipc.shm.ring.RingControl;
import lapce.ipc.shm.ring.RingProducer;
import org.junit.jupiter.api.Test;

/// Regions frozen in known states, as `interop/golden` has them for all languages: what is written here is what lies there, and what lies there can be
/// read. A file that is missing is written, and fails the test once.
class GoldenRegionTest {
    private static final Path FOLDER = Path.of("..", "interop", "golden");
    private static final String NAME = "golden";
    private static final long EPOCH = 0x0123456789ABCDEFL;
    private static final Connection.Identity IDENTITY = new Connection.Identity(EPOCH, 5, 7);
    private static final int RING_BYTES = Options.MIN_RING_BYTES;
    private static final int BYTES_PER_LINE = 16;

    private final Platform platform = new MemPlatform();

    @Test
    void aFreshConnection() throws IOException {
        assertGolden("connection-fresh", connection().region());
    }

    @Test
    void messagesFragmentsAndTheEnd() throws IOException {
        Connection connection = connection();
        RingProducer producer = new RingProducer(connection.clientToServer(), connection.clientToServerRecords());
        send(producer, RecordHeader.MESSAGE, "one");
        send(producer, RecordHeader.MESSAGE, "");
        send(producer, RecordHeader.FIRST, "abcdefgh");
        send(producer, RecordHeader.MIDDLE, "ijk");
        send(producer, RecordHeader.LAST, "lm");
        send(producer, RecordHeader.FIRST, "void");
        producer.abandon();
        send(producer, RecordHeader.MESSAGE, "last");
        connection.clientToServer().closeOutputRelease();
        connection.serverToClient().dataArmedVolatile(ArmedWord.of(9, ArmedWord.DIRECT)); // the client waits for an answer
        assertGolden("connection-messages", connection.region());

        Connection read = read("connection-messages");
        assertEquals(List.of("one", "", "abcdefghijklm", "last"), receive(read.clientToServer(), read.clientToServerRecords()));
        assertTrue(read.clientToServer().outputClosedAcquire());
    }

    @Test
    void aRingThatHasGoneRoundAndIsFull() throws IOException {
        Connection connection = connection();
        RingControl control = connection.serverToClient();
        RingProducer producer = new RingProducer(control, connection.serverToClientRecords());
        send(producer, RecordHeader.MESSAGE, "x".repeat(2000));
        send(producer, RecordHeader.MESSAGE, "y".repeat(1500));
        RingConsumer consumer = consumer(control, connection.serverToClientRecords());
        assertEquals(1, poll(consumer, new ArrayList<>(), 1)); // 2008 bytes consumed
        send(producer, RecordHeader.MESSAGE, "z".repeat(1000)); // does not fit before the end
        assertEquals(RingProducer.NO_ROOM, producer.claim(1200));
        control.spaceArmedVolatile(ArmedWord.of(1, ArmedWord.LEADER));
        control.dataArmedVolatile(ArmedWord.BUSY);
        assertGolden("connection-wrapped", connection.region());

        Connection read = read("connection-wrapped");
        assertEquals(2008, read.serverToClient().consumedAcquire());
        assertEquals(producer.wantedFor(1200), read.serverToClient().wantedOpaque());
    }

    @Test
    void aFreshControlRegion() throws IOException {
        assertGolden("control-fresh", control());
    }

    @Test
    void aControlRegionInUse() throws IOException {
        Region region = control();
        ControlRegion control = ControlRegion.open(platform, NAME);
        control.addJoin();
        control.addJoin();
        control.compareAndSetOwner(0, 0, LineWord.of(0, LineWord.LIVE));
        control.compareAndSetOwner(1, 0, LineWord.of(6, LineWord.FREE));
        control.compareAndSetOwner(1023, 0, LineWord.of(-1, LineWord.LIVE));
        control.addWantSlot(1023, 2);
        control.addWants(2);
        control.slotsRelease(5);
        control.compareAndSetSlot(0, 0, SlotWord.of(0, 0, SlotWord.FREE | SlotWord.WARM));
        control.compareAndSetSlot(1, 0, SlotWord.of(4, 1023, SlotWord.CLAIMED | SlotWord.WARM));
        control.compareAndSetSlot(2, 0, SlotWord.of(7, 0, SlotWord.OPEN));
        control.compareAndSetSlot(3, 0, SlotWord.of(-1, 0, SlotWord.ACCEPTED | SlotWord.CLIENT_DONE | SlotWord.SERVER_DONE));
        control.compareAndSetSlot(4, 0, SlotWord.of(1, 0, SlotWord.WARMING));
        control.addReady(ControlLayout.SERVER_READY, 2);
        control.addReady(ControlLayout.CLIENT_READY, 1023);
        control.addReady(ControlLayout.SERVER_POLLER_READY, 64);
        control.addReady(ControlLayout.CLIENT_POLLER_READY, 0);
        control.waitingVolatile(Place.SERVER_LEADER.waiting(), 1);
        control.waitingVolatile(Place.clientLeader(1023).waiting(), 1);
        control.waitingVolatile(Place.clientPoller(0).waiting(), 1);
        count(region, Place.SERVER_LEADER.wakes(), 11);
        count(region, Place.clientLeader(1023).wakes(), 12);
        count(region, Place.clientPoller(0).wakes(), 13);
        count(region, ControlLayout.serverWakes(2), 14);
        count(region, ControlLayout.clientWakes(1023), 15);
        control.closeRelease();
        assertGolden("control-busy", region);
    }

    @Test
    void anotherVersionIsRefused() throws IOException {
        MemorySegment memory = control().memory();
        memory.set(ValueLayout.JAVA_INT, 8, 10);
        assertThrows(IncompatibleLayoutException.class, () -> ControlRegion.open(platform, NAME));
        Connection connection = connection();
        connection.region().memory().set(ValueLayout.JAVA_INT, 8, 8);
        assertThrows(IncompatibleLayoutException.class, () -> Connection.open(platform, NAME + "-connection", IDENTITY));
    }

    /// As a [Parker] that shares memory does.
    private static void count(Region region, long word, int wakes) {
        region.memory().set(ValueLayout.JAVA_INT, word, wakes);
    }

    private Connection connection() throws IpcException {
        return Connection.create(platform, NAME + "-connection", IDENTITY, RING_BYTES);
    }

    private Region control() throws IpcException {
        ControlRegion.create(platform, NAME, Options.DEFAULT.withSlots(2, 5).withRingBytes(65536), EPOCH);
        return platform.open(NAME, ControlLayout.LAYOUT.byteSize());
    }

    private static void send(RingProducer producer, int kind, String text) throws IpcException {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        long offset = producer.claim(bytes.length);
        assertTrue(offset != RingProducer.NO_ROOM);
        MemorySegment.copy(bytes, 0, producer.records(), ValueLayout.JAVA_BYTE, offset, bytes.length);
        producer.commit(kind);
    }

    private static List<String> receive(RingControl control, MemorySegment records) throws IpcException {
        List<String> received = new ArrayList<>();
        poll(consumer(control, records), received, Integer.MAX_VALUE);
        return received;
    }

    private static RingConsumer consumer(RingControl control, MemorySegment records) {
        return new RingConsumer(control, records, 10_000, new RingConsumer.Owner() {
            @Override
            public boolean isOpen() {
                return true;
            }

            @Override
            public void roomMade() {}
        });
    }

    private static int poll(RingConsumer consumer, List<String> received, int limit) throws IpcException {
        return consumer.poll((memory, offset, length) -> received.add(new String(
                memory.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.US_ASCII)), limit);
    }

    private static void assertGolden(String name, Region region) throws IOException {
        Path file = FOLDER.resolve(name + ".txt");
        String dump = dump(region.memory());
        if (Files.notExists(file)) {
            Files.writeString(file, dump);
            fail("written, look at it and keep it: " + file);
        }
        assertEquals(Files.readString(file), dump);
    }

    /// The size, then the lines that are not all 0.
    private static String dump(MemorySegment memory) {
        StringBuilder dump = new StringBuilder("%d bytes\n".formatted(memory.byteSize()));
        HexFormat hex = HexFormat.ofDelimiter(" ");
        for (long offset = 0; offset < memory.byteSize(); offset += BYTES_PER_LINE) {
            byte[] line = memory.asSlice(offset, BYTES_PER_LINE).toArray(ValueLayout.JAVA_BYTE);
            if (new BigInteger(line).signum() != 0) {
                dump.append("%06x: %s\n".formatted(offset, hex.formatHex(line)));
            }
        }
        return dump.toString();
    }

    /// Another region with what is in a file.
    private Connection read(String name) throws IOException {
        List<String> lines = Files.readAllLines(FOLDER.resolve(name + ".txt"));
        long byteSize = Long.parseLong(lines.getFirst().split(" ")[0]);
        MemorySegment memory = platform.create(name, byteSize).memory();
        for (String line : lines.subList(1, lines.size())) {
            String[] offsetAndBytes = line.split(": ");
            byte[] bytes = HexFormat.ofDelimiter(" ").parseHex(offsetAndBytes[1]);
            MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, Long.parseLong(offsetAndBytes[0], 16), bytes.length);
        }
        return Connection.open(platform, name, IDENTITY);
    }
}
