package lapce.ipc.test;

import static lapce.ipc.test.contract.Pair.freshEndpoint;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import lapce.ipc.api.ClosedException;
import lapce.ipc.api.Ipc;
import lapce.ipc.api.Listener;
import lapce.ipc.api.Stream;
import lapce.ipc.test.contract.Background;
import lapce.ipc.test.contract.Pair;
import lapce.ipc.test.process.Chatter;
import lapce.ipc.test.process.Peer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/// Somebody of the same user writes over shared memory while a server and a client in another process talk through it.
/// No process dies, nobody waits for ever, and only that connection, or that endpoint, fails. `-Dscribble.seconds`,
/// `-Dscribble.seed`.
@EnabledOnOs(OS.LINUX)
@Timeout(value = 3600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ScribbleTest {
    private static final int SECONDS = Integer.getInteger("scribble.seconds", 12);
    private static final long SEED = Long.getLong("scribble.seed", System.nanoTime());
    private static final int CONTROL_BYTES = 4096; // of a connection's region: its header and the words of both rings

    private final String endpoint = freshEndpoint("shm");
    private final SharedObjects objects = new SharedObjects(endpoint);
    private final Random random = new Random(SEED);
    private final long start = System.nanoTime();

    @AfterEach
    void nothingRemains() {
        Background.await("nothing of " + endpoint + " under /dev/shm", () -> objects.names().isEmpty());
    }

    /// Slot 0 is of a connection that must not notice, slot 1 of the one that is scribbled on, again and again.
    @Test
    void aScribbledConnectionFailsAlone() throws Exception {
        System.out.println("scribble: connection, seed=" + SEED);
        int rounds = 0;
        long came = 0;
        try (Listener listener = Ipc.bind(endpoint, Chatter.OPTIONS.withSlots(2, 2).withWarmSlots(0));
                Stream client = Ipc.connect(endpoint, Peer.PARKED);
                Stream server = listener.accept();
                PeerProcess chatter = new PeerProcess(Peer.Role.CHATTER, endpoint)) {
            for (; !isOver(SECONDS * 2L / 3); rounds++) {
                Stream stream = listener.accept(Pair.SOON);
                Background<Integer> talking = Background.call(() -> Chatter.talk(stream));
                scribble(objects.connection(1), CONTROL_BYTES, talking);
                came += talking.get();
                assertUnharmed(client, server);
            }
            chatter.killAlive();
        }
        System.out.println("scribble: connections=" + rounds + ", messages=" + came);
        assertTrue(came > 0, "something came through");
    }

    private static void assertUnharmed(Stream client, Stream server) throws IOException {
        byte[] sent = Pair.pattern(7, 10_000);
        Background<byte[]> receiving = Background.call(server::receive);
        client.send(MemorySegment.ofArray(sent));
        try {
            assertArrayEquals(sent, receiving.get());
        } catch (Exception e) {
            throw new AssertionError("the other connection, seed=" + SEED, e);
        }
    }

    /// The endpoint may be lost; another of the same processes is not.
    @Test
    void aScribbledControlRegionFailsItsEndpointAlone() throws Exception {
        System.out.println("scribble: control region, seed=" + SEED);
        int rounds = 0;
        try (Pair other = Pair.open("shm", Peer.PARKED)) {
            for (; !isOver(SECONDS / 3L); rounds++) {
                try (PeerProcess chatter = new PeerProcess(Peer.Role.CHATTER, endpoint)) {
                    Background<Void> serving;
                    try (Listener listener = Ipc.bind(endpoint, Chatter.OPTIONS)) {
                        serving = Background.run(() -> serve(listener));
                        Background.await("a client", () -> objects.clientLocks() > 0);
                        Path control = objects.control();
                        Background<Void> someTime = Background.run(() -> Thread.sleep(300));
                        scribble(control, Files.size(control), someTime);
                    }
                    serving.get();
                    chatter.killAlive();
                }
                assertUnharmed(other.client(), other.server());
                Background.await("nothing remains", () -> objects.names().isEmpty());
            }
        }
        System.out.println("scribble: endpoints=" + rounds);
    }

    private static void serve(Listener listener) throws Exception {
        try {
            for (;;) {
                Chatter.talk(listener.accept());
            }
        } catch (ClosedException e) {
            // by the test, or because the control region was unusable
        }
    }

    private boolean isOver(long seconds) {
        return System.nanoTime() - start > TimeUnit.SECONDS.toNanos(seconds);
    }

    /// Writes until the talk is over. Most of it goes where the words are that others trust least.
    private void scribble(Path object, long words, Background<?> talking) throws IOException {
        try (Arena arena = Arena.ofConfined();
                FileChannel file = FileChannel.open(object, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            MemorySegment memory = file.map(FileChannel.MapMode.READ_WRITE, 0, file.size(), arena);
            for (long pause = 1L << random.nextInt(10, 22); !talking.isDone(); LockSupport.parkNanos(pause)) {
                long most = random.nextBoolean() ? words : memory.byteSize();
                long offset = random.nextLong(most / Integer.BYTES) * Integer.BYTES;
                if (offset % Long.BYTES == 0 && random.nextBoolean()) {
                    memory.set(ValueLayout.JAVA_LONG, offset, value(memory.get(ValueLayout.JAVA_LONG, offset)));
                } else {
                    memory.set(ValueLayout.JAVA_INT, offset, (int) value(memory.get(ValueLayout.JAVA_INT, offset)));
                }
            }
        }
    }

    private long value(long there) {
        return switch (random.nextInt(8)) {
            case 0 -> random.nextLong();
            case 1 -> 0;
            case 2 -> -1;
            case 3 -> there + 8 * random.nextInt(-8, 9);
            case 4 -> there ^ 1L << random.nextInt(Long.SIZE);
            case 5 -> random.nextInt(10_000);
            case 6 -> Long.MIN_VALUE;
            default -> there + 1;
        };
    }
}
