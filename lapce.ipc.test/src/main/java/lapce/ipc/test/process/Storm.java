package lapce.ipc.test.process;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import lapce.ipc.api.ClosedException;
import lapce.ipc.api.Ipc;
import lapce.ipc.api.Listener;
import lapce.ipc.api.NoSuchEndpointException;
import lapce.ipc.api.PeerGoneException;
import lapce.ipc.api.Stream;
import lapce.ipc.test.contract.Background;

/// Servers and clients that are killed while they talk. Each connection has a number and is made anew whenever its server
/// is gone; each of its lives has a row of the [Ledger], where both ends write what they have done. A client sends
/// [Numbered] messages, the server sends each back; both check what comes.
public final class Storm {
    /// Connections at a time, over all client processes.
    public static final int CONNECTIONS = 32;

    /// How often a connection may be made anew.
    public static final int LIVES = 1_000;

    /// A server that is to serve waits until this number is its own or more.
    public static final int SERVING = 0;

    /// Not 0: clients close in order, and end.
    public static final int CLIENTS_END = 1;

    /// Not 0: the server closes in order, and ends.
    public static final int SERVER_ENDS = 2;

    /// Milliseconds from a connection's burst of messages to its next, so that starting processes get on.
    public static final int PAUSE = 3;

    private static final int BURST = 8;

    private static final int LIFE = 8;
    private static final int SERVER = LIFE + CONNECTIONS;
    private static final int GONE = SERVER + CONNECTIONS;
    private static final int ROWS = GONE + CONNECTIONS;
    private static final int WORDS = 4; // of a row

    private Storm() {}

    /// Numbers in a ledger.
    ///
    /// @return how many
    public static int words() {
        return ROWS + CONNECTIONS * LIVES * WORDS;
    }

    /// Lives of a connection so far.
    ///
    /// @param connection which
    /// @return where in the ledger
    public static int life(int connection) {
        return LIFE + connection;
    }

    /// The server that answers a connection; 0 before a new process's connection has its first answer.
    ///
    /// @param connection which
    /// @return where in the ledger
    public static int server(int connection) {
        return SERVER + connection;
    }

    /// How often a connection found its server gone.
    ///
    /// @param connection which
    /// @return where in the ledger
    public static int gone(int connection) {
        return GONE + connection;
    }

    /// What one end of one life has come to.
    public enum End {
        /// It was killed, or has not ended.
        NONE,
        /// The peer ended its direction in order.
        ORDERLY,
        /// The peer was gone.
        PEER_GONE
    }

    /// Where the ledger has one life of a connection.
    ///
    /// @param row its number
    public record Row(int row) {
        /// Of one life.
        ///
        /// @param connection which
        /// @param life its life, from 0
        public Row(int connection, int life) {
            this(connection * LIVES + life);
        }

        /// Messages the client has committed.
        ///
        /// @return where
        public int committed() {
            return ROWS + row * WORDS;
        }

        /// Messages the server was given.
        ///
        /// @return where
        public int delivered() {
            return ROWS + row * WORDS + 1;
        }

        /// The client's [End].
        ///
        /// @return where
        public int clientEnd() {
            return ROWS + row * WORDS + 2;
        }

        /// The server's [End].
        ///
        /// @return where
        public int serverEnd() {
            return ROWS + row * WORDS + 3;
        }
    }

    static void server(String endpoint, Path path, int number, Runnable ready) throws Exception {
        Ledger ledger = Ledger.open(path);
        warmUp(endpoint + "-" + number);
        ready.run();
        while (ledger.get(SERVING) < number) {
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(100));
        }
        Listener listener = Ipc.bind(endpoint, Peer.PARKED);
        Thread.ofPlatform().daemon().start(() -> {
            while (ledger.get(SERVER_ENDS) == 0) {
                pause(ledger);
            }
            listener.close();
        });
        try {
            for (;;) {
                Stream stream = listener.accept();
                Thread.startVirtualThread(() -> orHalt(() -> serve(stream, ledger, number)));
            }
        } catch (ClosedException e) {
            // the end
        }
    }

    /// So that it binds as soon as it may: what a JVM does for the first time takes it a quarter of a second.
    private static void warmUp(String endpoint) throws IOException {
        try (Listener listener = Ipc.bind(endpoint, Peer.PARKED);
                Stream client = Ipc.connect(endpoint, Peer.PARKED);
                Stream server = listener.accept()) {
            client.send(MemorySegment.ofArray(Numbered.content(1)));
            Numbered.check(server.receive(), 1);
        }
    }

    /// All that a dead client has committed comes before the news of its death.
    private static void serve(Stream stream, Ledger ledger, int number) throws IOException {
        try (stream) {
            byte[] first = stream.receive();
            if (first == null) {
                return;
            }
            Row row = new Row(ByteBuffer.wrap(first).getInt());
            boolean answering = answer(stream, ByteBuffer.allocate(Integer.BYTES).putInt(number).array());
            int count = 0;
            End end = End.ORDERLY;
            try {
                for (byte[] message = stream.receive(); message != null; message = stream.receive()) {
                    Numbered.check(message, ++count);
                    ledger.set(row.delivered(), count);
                    answering = answering && answer(stream, message);
                }
            } catch (PeerGoneException e) {
                end = End.PEER_GONE;
            }
            ledger.set(row.serverEnd(), end.ordinal());
        } catch (PeerGoneException e) {
            // before it said which it is
        }
    }

    private static boolean answer(Stream stream, byte[] message) throws IOException {
        try {
            stream.send(MemorySegment.ofArray(message));
            return true;
        } catch (PeerGoneException e) {
            return false;
        }
    }

    static void client(String endpoint, Path path, int first, int connections, Runnable ready) throws Exception {
        Ledger ledger = Ledger.open(path);
        CountDownLatch bursts = new CountDownLatch(connections); // so many, and it counts as talking
        CountDownLatch ended = new CountDownLatch(connections);
        for (int i = 0; i < connections; i++) {
            int connection = first + i;
            ledger.set(server(connection), 0); // what a killed process had
            Thread.startVirtualThread(() -> orHalt(() -> {
                live(endpoint, ledger, connection, bursts);
                ended.countDown();
            }));
        }
        bursts.await();
        ready.run();
        ended.await();
    }

    private static void live(String endpoint, Ledger ledger, int connection, CountDownLatch bursts) throws IOException {
        while (ledger.get(CLIENTS_END) == 0) {
            try (Stream stream = Ipc.connect(endpoint, Peer.PARKED)) {
                int life = (int) ledger.get(life(connection));
                ledger.set(life(connection), life + 1);
                Row row = new Row(connection, life);
                End end = End.ORDERLY;
                try {
                    talk(stream, ledger, connection, row, bursts);
                } catch (PeerGoneException e) {
                    end = End.PEER_GONE;
                    ledger.set(gone(connection), ledger.get(gone(connection)) + 1);
                }
                ledger.set(row.clientEnd(), end.ordinal());
            } catch (NoSuchEndpointException | PeerGoneException e) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10)); // the next server is not there yet
            }
        }
    }

    private static void talk(Stream stream, Ledger ledger, int connection, Row row, CountDownLatch bursts)
            throws IOException {
        stream.send(MemorySegment.ofArray(ByteBuffer.allocate(Integer.BYTES).putInt(row.row).array()));
        byte[] hello = received(stream);
        for (int number = 1; ledger.get(CLIENTS_END) == 0; ) {
            int answered = number;
            for (int i = 0; i < BURST; i++, number++) {
                stream.send(MemorySegment.ofArray(Numbered.content(number)));
                ledger.set(row.committed(), number);
            }
            while (answered < number) {
                Numbered.check(received(stream), answered++);
            }
            ledger.set(server(connection), ByteBuffer.wrap(hello).getInt());
            bursts.countDown();
            pause(ledger);
        }
        stream.closeOutput();
        if (stream.receive() != null) {
            throw new IOException("more answers than messages: connection=" + connection);
        }
    }

    private static void pause(Ledger ledger) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(ledger.get(PAUSE)));
    }

    private static byte[] received(Stream stream) throws IOException {
        byte[] message = stream.receive();
        if (message == null) {
            throw new IOException("the server ended its direction unasked");
        }
        return message;
    }

    /// What must not happen ends the process, with a status that its test finds.
    private static void orHalt(Background.Action action) {
        try {
            action.run();
        } catch (Exception | Error e) {
            e.printStackTrace();
            Runtime.getRuntime().halt(1);
        }
    }
}
