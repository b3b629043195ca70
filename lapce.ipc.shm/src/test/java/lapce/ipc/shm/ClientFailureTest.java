package lapce.ipc.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import lapce.ipc.api.IpcException;
import lapce.ipc.api.Listener;
import lapce.ipc.api.Options;
import lapce.ipc.api.PeerGoneException;
import lapce.ipc.api.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What a client whose leader fails keeps: what its streams and its watch use, and then nothing.
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ClientFailureTest {
    /// A platform whose control region can be damaged for the client's leader, once that sleeps.
    private static final class Failing extends DelegatingPlatform {
        private final CountDownLatch closed = new CountDownLatch(1);
        private final CountDownLatch asleep = new CountDownLatch(1);
        private volatile boolean failing;
        private volatile Parker leader;

        @Override
        public Region open(String name, long byteSize) throws IpcException {
            Region region = super.open(name, byteSize);
            return name.endsWith("~ctl") ? new Damaged(region) : region;
        }

        private final class Damaged implements Region {
            private final Region region;

            Damaged(Region region) {
                this.region = region;
            }

            @Override
            public MemorySegment memory() {
                return region.memory();
            }

            @Override
            public Parker parker(long offset) {
                Parker parker = region.parker(offset);
                if (offset != Place.clientLeader(0).wakes()) {
                    return parker;
                }
                leader = parker;
                return new DamagedParker(parker);
            }

            @Override
            public void close() {
                closed.countDown();
            }
        }

        private final class DamagedParker implements Parker {
            private final Parker parker;

            DamagedParker(Parker parker) {
                this.parker = parker;
            }

            @Override
            public int wakes() {
                if (failing) {
                    throw new InternalError("as the test says");
                }
                return parker.wakes();
            }

            @Override
            public boolean park(int seen, long nanos) {
                asleep.countDown();
                return parker.park(seen, nanos);
            }

            @Override
            public void unpark() {
                parker.unpark();
            }
        }
    }

    private final Failing platform = new Failing();
    private final ShmTransport transport = new ShmTransport(platform);
    private Listener listener;
    private Stream client;
    private Stream server;

    @BeforeEach
    void fail() throws Exception {
        listener = transport.bind("a", Options.DEFAULT);
        client = transport.connect("a", Options.DEFAULT);
        server = listener.accept();
        platform.asleep.await();
        platform.failing = true;
        platform.leader.unpark();
        assertThrows(PeerGoneException.class, client::receive);
        awaitEndOf("lapce-ipc client a");
    }

    @Test
    void itIsGivenBackWithTheLastStreamIfTheServerHasEnded() throws Exception {
        endServer();
        awaitEndOf("lapce-ipc watch a");
        assertEquals(1, platform.closed.getCount(), "a stream is open");
        client.close();
        assertAllGivenBack();
    }

    @Test
    void itIsGivenBackWithTheServersEndIfAllStreamsAreClosed() throws Exception {
        client.close();
        assertEquals(1, platform.closed.getCount(), "a thread waits for the server's end");
        endServer();
        assertAllGivenBack();
    }

    private static void awaitEndOf(String thread) throws InterruptedException {
        for (Thread running : Thread.getAllStackTraces().keySet()) {
            if (running.getName().equals(thread)) {
                running.join();
            }
        }
    }

    private void endServer() throws IOException {
        server.close();
        listener.close();
    }

    private void assertAllGivenBack() throws Exception {
        platform.closed.await();
        assertEquals(List.of(), platform.list(""));
    }
}
