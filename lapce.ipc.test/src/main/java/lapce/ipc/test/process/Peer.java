package lapce.ipc.test.process;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import lapce.ipc.api.Frame;
import lapce.ipc.api.Framer;
import lapce.ipc.api.Ipc;
import lapce.ipc.api.Listener;
import lapce.ipc.api.MessageType;
import lapce.ipc.api.Options;
import lapce.ipc.api.PeerGoneException;
import lapce.ipc.api.Stream;
import lapce.ipc.api.WaitStrategy;

/// The other process of a test: `Peer ROLE ENDPOINT [COUNT]`. It says `ready` on standard output when its part stands,
/// and ends at the latest when its standard input does, so none outlives its test.
public final class Peer {
    /// No spinning and no time limit, so every wait needs its wake.
    public static final Options PARKED = Options.DEFAULT
            .withRingBytes(Options.MIN_RING_BYTES)
            .withWaitStrategy(WaitStrategy.blocking(Duration.ZERO))
            .withSendTimeout(Stream.FOREVER);

    private Peer() {}

    /// What a peer does.
    public enum Role {
        /// Binds, accepts one stream, sends three messages on it, and stays.
        SERVE,
        /// Connects, sends three messages, and stays.
        SEND_AND_STAY,
        /// Connects, sends three messages, closes, and ends.
        SEND_AND_CLOSE,
        /// Connects, sends three messages, and ends without closing.
        SEND_AND_EXIT,
        /// Connects and sends numbered frames, then waits until all were read, and ends.
        SEND_FRAMES,
        /// Binds, and sends each frame of one stream back.
        ECHO_FRAMES,
        /// Binds, and sends each message of one stream back, through the smallest rings and parking at every wait.
        ECHO_PARKED,
        /// Binds and connects many times to itself with the default options, sends a message each way on each, and stays.
        CROWD,
        /// Binds, connects to itself, and exits while another thread closes everything.
        CLOSE_AND_EXIT,
        /// Binds and connects to itself with rings of so many bytes until there is no memory for more, closes all, and says what it was
        /// refused with.
        STARVE,
        /// The same with nearly no mappings.
        STARVE_OF_MAPPINGS,
        /// Binds, connects and looks around, and says what each was refused with.
        STARVE_OF_DIRECTORY,
        /// Binds and connects to itself with ever more descriptors until that works, and says what it was refused with.
        STARVE_OF_DESCRIPTORS,
        /// The same before it has used shared memory.
        STARVE_OF_DESCRIPTORS_AT_FIRST,
        /// The same with ever more threads.
        STARVE_OF_THREADS,
        /// Binds, and has no descriptors for a while.
        STARVED_SERVER,
        /// A [Victim] that is a client, with its ledger's path.
        VICTIM_CLIENT,
        /// A [Victim] that is a server, with its ledger's path.
        VICTIM_SERVER,
        /// A client of that server.
        VISITOR,
        /// A server of a [Storm], with its ledger's path and its number.
        STORM_SERVER,
        /// A client of it, with the path, its first connection and how many.
        STORM_CLIENT,
        /// Binds for a group, and tells each who connects which user he is.
        TELL_USERS,
        /// Connects for a group, says which user the server is and what it told, and stays.
        ASK_USERS,
        /// A client that talks at random, for ever, whatever its memory looks like.
        CHATTER
    }

    /// Runs one role.
    ///
    /// @param arguments role, endpoint and what else the role needs
    /// @throws Exception if talking fails, which the process shows and ends with
    public static void main(String... arguments) throws Exception {
        Thread.ofPlatform().daemon().start(Peer::endWithStandardInput);
        String endpoint = arguments[1];
        switch (Role.valueOf(arguments[0])) {
            case SERVE -> {
                Listener listener = Ipc.bind(endpoint);
                ready();
                sendThree(listener.accept());
                stay();
            }
            case SEND_AND_STAY -> {
                sendThree(Ipc.connect(endpoint));
                ready();
                stay();
            }
            case SEND_AND_CLOSE -> {
                try (Stream stream = Ipc.connect(endpoint)) {
                    sendThree(stream);
                }
            }
            case SEND_AND_EXIT -> sendThree(Ipc.connect(endpoint));
            case SEND_FRAMES -> sendFrames(endpoint, Integer.parseInt(arguments[2]));
            case ECHO_FRAMES -> echoFrames(endpoint);
            case ECHO_PARKED -> echoParked(endpoint);
            case CROWD -> crowd(endpoint, Integer.parseInt(arguments[2]));
            case CLOSE_AND_EXIT -> closeAndExit(endpoint);
            case STARVE -> Starving.ofMemory(endpoint, Integer.parseInt(arguments[2]));
            case STARVE_OF_DIRECTORY -> Starving.ofDirectory(endpoint);
            case STARVE_OF_MAPPINGS -> Starving.ofMappings(endpoint);
            case STARVE_OF_DESCRIPTORS -> Starving.ofDescriptors(endpoint);
            case STARVE_OF_DESCRIPTORS_AT_FIRST -> Starving.ofDescriptorsAtFirst(endpoint);
            case STARVE_OF_THREADS -> Starving.ofThreads(endpoint);
            case STARVED_SERVER -> Starving.server(endpoint);
            case VICTIM_CLIENT -> Victim.client(endpoint, Path.of(arguments[2]));
            case VICTIM_SERVER -> Victim.server(endpoint, Path.of(arguments[2]));
            case VISITOR -> Victim.visitor(endpoint);
            case STORM_SERVER -> Storm.server(endpoint, Path.of(arguments[2]), Integer.parseInt(arguments[3]), Peer::ready);
            case STORM_CLIENT -> Storm.client(endpoint, Path.of(arguments[2]), Integer.parseInt(arguments[3]),
                    Integer.parseInt(arguments[4]), Peer::ready);
            case TELL_USERS -> tellUsers(endpoint, Options.DEFAULT.withGroup(arguments[2]));
            case ASK_USERS -> askUsers(endpoint, Options.DEFAULT.withGroup(arguments[2]));
            case CHATTER -> Chatter.run(endpoint);
        }
    }

    private static void sendThree(Stream stream) throws IOException {
        for (int i = 1; i <= 3; i++) {
            stream.send(MemorySegment.ofArray(("message " + i).getBytes(StandardCharsets.UTF_8)));
        }
    }

    private static void sendFrames(String endpoint, int count) throws IOException {
        try (Framer framer = Framer.over(Ipc.connect(endpoint))) {
            long[] number = new long[1];
            MemorySegment payload = MemorySegment.ofArray(number);
            for (int i = 0; i < count; i++) {
                number[0] = i;
                framer.send(MessageType.DATA, 0, i, payload);
            }
            framer.stream().closeOutput();
            framer.stream().awaitDrained(Stream.FOREVER);
        }
    }

    private static void echoFrames(String endpoint) throws IOException {
        try (Listener listener = Ipc.bind(endpoint)) {
            ready();
            try (Framer framer = Framer.over(listener.accept())) {
                for (Frame frame = framer.receive(); frame != null; frame = framer.receive()) {
                    byte[] payload = frame.payload().toArray(ValueLayout.JAVA_BYTE);
                    framer.send(frame.type(), Frame.IS_RESPONSE, frame.id(), MemorySegment.ofArray(payload));
                }
                framer.stream().closeOutput();
                framer.stream().awaitDrained(Stream.FOREVER);
            }
        }
    }

    private static void echoParked(String endpoint) throws IOException {
        try (Listener listener = Ipc.bind(endpoint, PARKED)) {
            ready();
            try (Stream stream = listener.accept()) {
                for (byte[] message = stream.receive(); message != null; message = stream.receive()) {
                    stream.send(MemorySegment.ofArray(message));
                }
                stream.closeOutput();
                stream.awaitDrained(Stream.FOREVER);
            }
            if (listener.rescuedWakeUps() != 0) {
                throw new IOException("wake-ups were missed: rescued=" + listener.rescuedWakeUps());
            }
        }
    }

    private static void crowd(String endpoint, int count) throws IOException {
        try (Listener listener = Ipc.bind(endpoint)) {
            List<Stream> streams = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                Stream client = Ipc.connect(endpoint);
                Stream server = listener.accept();
                client.send(MemorySegment.ofArray(new byte[client.maxClaimLength()]));
                server.send(MemorySegment.ofArray(server.receive()));
                client.receive();
                streams.add(client);
                streams.add(server);
            }
            ready();
            streams.forEach(Stream::close);
        }
    }

    private static void closeAndExit(String endpoint) throws IOException {
        Listener listener = Ipc.bind(endpoint);
        Stream client = Ipc.connect(endpoint);
        Stream server = listener.accept();
        CountDownLatch closing = new CountDownLatch(1);
        Thread.ofPlatform().daemon().start(() -> {
            closing.countDown();
            listener.close();
            server.close();
            client.close();
        });
        try {
            closing.await();
        } catch (InterruptedException e) {
            throw new IOException("interrupted", e);
        }
        System.exit(0);
    }

    private static void tellUsers(String endpoint, Options options) throws IOException {
        try (Listener listener = Ipc.bind(endpoint, options)) {
            ready();
            for (;;) {
                Stream stream = listener.accept();
                Thread.ofPlatform().daemon().start(() -> tellUser(stream));
            }
        }
    }

    private static void tellUser(Stream stream) {
        try (stream) {
            stream.send(MemorySegment.ofArray(stream.peerUserId().getBytes(StandardCharsets.UTF_8)));
            stream.receive();
        } catch (PeerGoneException e) {
            // as they do who ask
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void askUsers(String endpoint, Options options) throws IOException {
        Stream stream = Ipc.connect(endpoint, options);
        System.out.println("server=" + stream.peerUserId() + ", client=" + new String(stream.receive(), StandardCharsets.UTF_8));
        stay();
    }

    static void ready() {
        System.out.println("ready");
    }

    /// Keeps the process until its test ends it.
    private static void stay() {
        for (;;) {
            LockSupport.park();
        }
    }

    private static void endWithStandardInput() {
        try {
            System.in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException _) {
            // it has ended too
        }
        Runtime.getRuntime().halt(0);
    }
}
