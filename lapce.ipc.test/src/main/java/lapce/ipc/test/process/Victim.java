package lapce.ipc.test.process;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import lapce.ipc.api.Ipc;
import lapce.ipc.api.Listener;
import lapce.ipc.api.NoFreeSlotException;
import lapce.ipc.api.Options;
import lapce.ipc.api.PeerGoneException;
import lapce.ipc.api.Stream;
import lapce.ipc.test.contract.Background;

/// A process that goes once through all that a server's or a client's life consists of, to be killed somewhere on its
/// way. What it has committed on each connection it writes to a [Ledger].
public final class Victim {
    /// Messages each way on each connection.
    public static final int MESSAGES = 120;

    /// Connections of one life.
    public static final int CONNECTIONS = 3;

    /// A server that must make more slots, and has a region ahead of need.
    public static final Options SERVER = Peer.PARKED.withSlots(1, CONNECTIONS).withWarmSlots(1);

    /// Rings that the server has made ahead of need.
    public static final Options WARM = Peer.PARKED;

    /// Rings that it has not.
    public static final Options OWN_RINGS = Peer.PARKED.withRingBytes(2 * Options.MIN_RING_BYTES);

    private static final Duration BRIEFLY = Duration.ofMillis(20);

    private Victim() {}

    /// A client of a server with one slot: connects by both ways, exchanges messages, and waits for a second slot in vain.
    static void client(String endpoint, Path path) throws Exception {
        try (Ledger ledger = Ledger.open(path)) {
            try (Stream stream = Ipc.connect(endpoint, WARM)) {
                exchange(stream, 0, ledger);
                Ipc.connect(endpoint, WARM.withConnectTimeout(BRIEFLY)).close();
                throw new IOException("a second slot was free: endpoint=" + endpoint);
            } catch (NoFreeSlotException e) {
                // as it should be
            }
            try (Stream stream = Ipc.connect(endpoint, OWN_RINGS)) {
                exchange(stream, 1, ledger);
            }
        }
    }

    /// A server: serves some connections at once, gives up its name while they are open, and ends.
    static void server(String endpoint, Path path) throws Exception {
        try (Ledger ledger = Ledger.open(path)) {
            List<Background<Void>> serving = new ArrayList<>();
            try (Listener listener = Ipc.bind(endpoint, SERVER)) {
                System.out.println("ready");
                for (int i = 0; i < CONNECTIONS; i++) {
                    Stream stream = listener.accept();
                    serving.add(Background.run(() -> serve(stream, ledger)));
                }
            }
            for (Background<Void> one : serving) {
                one.awaitEnd();
            }
        }
    }

    /// A client of that server, which ends without closing.
    static void visitor(String endpoint) throws Exception {
        Stream stream = Ipc.connect(endpoint, OWN_RINGS);
        visit(stream, 0);
    }

    private static void serve(Stream stream, Ledger ledger) throws Exception {
        try (stream) {
            byte[] which = stream.receive();
            if (which != null) {
                exchange(stream, which[0], ledger);
            }
        } catch (PeerGoneException e) {
            // before it said which it is
        }
    }

    private static void exchange(Stream stream, int connection, Ledger ledger) throws Exception {
        exchange(stream, number -> ledger.set(connection, number));
    }

    /// The client's end of a connection to such a server.
    ///
    /// @param stream where
    /// @param connection which of the server's connections it is, from 0
    /// @return how many messages were received
    /// @throws Exception as [#exchange]
    public static int visit(Stream stream, int connection) throws Exception {
        stream.send(MemorySegment.ofArray(new byte[] {(byte) connection}));
        return exchange(stream, _ -> {});
    }

    /// Sends and receives at once, until both directions have ended or the peer is gone.
    ///
    /// @param stream where
    /// @param committed told of each message sent, counted from 1
    /// @return how many messages were received
    /// @throws Exception if a message is not what it must be
    public static int exchange(Stream stream, LongConsumer committed) throws Exception {
        Background<Void> sending = Background.run(() -> {
            try {
                Numbered.send(stream, MESSAGES, committed);
            } catch (PeerGoneException e) {
                // which the receiving side finds too, after what was committed
            }
        });
        int received = Numbered.receive(stream, _ -> {});
        sending.awaitEnd();
        return received;
    }
}
