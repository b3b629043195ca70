package lapce.ipc.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Both ends over each Java contender, in one process: whatever is measured, it is of messages that arrived, all and in order.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EndsTest {
    private static final long SHORT_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void eachContenderCarriesEverySize(Contender contender) throws Exception {
        BlockingQueue<String> address = new SynchronousQueue<>();
        FutureTask<Void> serving = new FutureTask<>(() -> {
            try (Link link = contender.serve(contender.place(folder), told -> told(address, told))) {
                Server server = new Server(link);
                for (int slices = 0; slices < 8; slices++) {
                    server.serve();
                }
            }
            return null;
        });
        Thread.ofPlatform().daemon().start(serving);
        try (Link link = contender.connect(address.take())) {
            Client client = new Client(link);
            int[] sizes = contender == Contender.CHRONICLE
                    ? new int[] {32, 64, 512, 1024}
                    : new int[] {32, 64, 64 << 10, Contender.LARGEST_BYTES};
            for (int bytes : sizes) {
                assertTrue(client.oneWay(bytes, SHORT_NANOS).messages() > 0);
                Client.Measured trips = client.roundTrips(bytes, SHORT_NANOS, 1000);
                assertEquals(trips.messages(), trips.histogram().getTotalCount());
            }
            serving.get();
        }
    }

    private static void told(BlockingQueue<String> to, String address) {
        try {
            to.put(address);
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts", e);
        }
    }

    /// A pipe within the process that may lose a message.
    private record Pipe(BlockingQueue<Long> out, BlockingQueue<Long> in, long lost) implements Link {
        @Override
        public void send(long head, int length) {
            if (Head.kind(head) != Head.DATA || Head.number(head) != lost) {
                out.add(head);
            }
        }

        @Override
        public void receive(Sink sink, int limit) {
            try {
                long head = in.take();
                sink.message(head, Head.length(head));
            } catch (InterruptedException e) {
                throw new IllegalStateException("interrupted", e);
            }
        }

        @Override
        public void close() {}
    }

    @Test
    void aMessageThatIsLostIsNoticed() {
        BlockingQueue<Long> there = new LinkedBlockingQueue<>();
        BlockingQueue<Long> back = new LinkedBlockingQueue<>();
        FutureTask<Void> serving = new FutureTask<>(() -> {
            new Server(new Pipe(back, there, -1)).serve();
            return null;
        });
        Thread.ofPlatform().daemon().start(serving);
        Client client = new Client(new Pipe(there, back, 7));
        Thread.ofPlatform().daemon().start(() -> assertThrows(IllegalStateException.class, () -> client.oneWay(64, SHORT_NANOS)));
        Throwable cause = assertThrows(ExecutionException.class, serving::get).getCause();
        assertInstanceOf(IllegalStateException.class, cause);
        assertTrue(cause.getMessage().startsWith("lost or doubled: number=8"), cause.getMessage());
    }
}
