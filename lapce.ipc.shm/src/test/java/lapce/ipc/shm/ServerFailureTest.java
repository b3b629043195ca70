package lapce.ipc.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import lapce.ipc.api.ClosedException;
import lapce.ipc.api.IpcException;
import lapce.ipc.api.Listener;
import lapce.ipc.api.NoSuchEndpointException;
import lapce.ipc.api.Options;
import lapce.ipc.api.PeerGoneException;
import lapce.ipc.api.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What a server whose leader fails leaves: an ended endpoint, not a hanging one.
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ServerFailureTest {
    /// A platform whose connection regions cannot be opened, for a reason nobody foresaw.
    private static final class Failing extends DelegatingPlatform {
        private volatile boolean failing;

        @Override
        public Region open(String name, long byteSize) throws IpcException {
            if (failing && !name.endsWith("~ctl")) {
                throw new UnsupportedOperationException("as the test says");
            }
            return super.open(name, byteSize);
        }
    }

    private static final Options COLD = Options.DEFAULT.withWarmSlots(0); // so that the server opens what the client made

    private final Failing platform = new Failing();
    private final ShmTransport transport = new ShmTransport(platform);

    @Test
    void itsStreamsAndTheListenerEndAndTheNameIsFree() throws Exception {
        Listener listener = transport.bind("a", COLD);
        Stream client = transport.connect("a", COLD);
        Stream server = listener.accept();
        platform.failing = true;
        connectAsTheServerFails();
        assertThrows(ClosedException.class, listener::accept);
        assertThrows(PeerGoneException.class, server::receive);
        assertThrows(PeerGoneException.class, client::receive);
        server.close();
        listener.close();
        platform.failing = false;
        try (Listener again = transport.bind("a", COLD);
                Stream anew = transport.connect("a", COLD);
                Stream accepted = again.accept()) {
            anew.send(MemorySegment.NULL);
            assertEquals(0, accepted.receive().length);
        }
    }

    /// Which the client may see before it has connected.
    private void connectAsTheServerFails() throws IOException {
        try {
            transport.connect("a", COLD);
        } catch (NoSuchEndpointException e) {
            assertTrue(e.getMessage().contains("server has ended"), e.getMessage());
        }
    }

    @Test
    void whoWaitsForASlotIsRefusedWhenTheListenerCloses() throws Exception {
        Options one = Options.DEFAULT.withSlots(1, 1).withConnectTimeout(Stream.FOREVER);
        Listener listener = transport.bind("a", one);
        try (Stream first = transport.connect("a", one)) {
            Stream accepted = listener.accept();
            FutureTask<Stream> waiting = new FutureTask<>(() -> transport.connect("a", one));
            Thread waiter = Thread.ofPlatform().daemon().start(waiting);
            while (waiter.getState() != Thread.State.TIMED_WAITING && waiter.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            listener.close();
            Throwable cause = assertThrows(ExecutionException.class, waiting::get).getCause();
            assertEquals(NoSuchEndpointException.class, cause.getClass());
            assertTrue(first.isOpen() && accepted.isOpen());
            accepted.close();
        }
    }
}
