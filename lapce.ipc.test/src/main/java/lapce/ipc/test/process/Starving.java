package lapce.ipc.test.process;

import static java.nio.file.StandardOpenOption.DELETE_ON_CLOSE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.FileInputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import lapce.ipc.api.Ipc;
import lapce.ipc.api.IpcException;
import lapce.ipc.api.Listener;
import lapce.ipc.api.Options;
import lapce.ipc.api.OutOfSharedMemoryException;
import lapce.ipc.api.PeerGoneException;
import lapce.ipc.api.Stream;
import lapce.ipc.api.WouldBlockException;
import lapce.ipc.api.spi.TransportProvider;
import lapce.ipc.test.contract.Background;
import lapce.ipc.test.contract.Pair;

/// A process that has too little of something, and says what it was refused with.
final class Starving {
    private static final Options COLD = Peer.PARKED.withSlots(2, 2).withWarmSlots(0);
    private static final Duration TWO_SCANS = Duration.ofSeconds(2);

    private Starving() {}

    /// Binds and connects to itself until there is no memory for more, goes on to work, and closes all.
    static void ofMemory(String endpoint, int ringBytes) throws IOException, InterruptedException {
        List<Stream> clients = new ArrayList<>();
        List<Stream> servers = new ArrayList<>();
        try (Listener listener = Ipc.bind(endpoint)) {
            for (;;) {
                clients.add(Ipc.connect(endpoint, Options.DEFAULT.withRingBytes(ringBytes)));
                acceptUnlessShort(listener, servers);
            }
        } catch (OutOfSharedMemoryException e) {
            startThreads();
            clients.forEach(Stream::close);
            servers.forEach(Stream::close);
            System.out.println(clients.size() + " connections, then: " + e.getMessage());
        }
    }

    private static void acceptUnlessShort(Listener listener, List<Stream> servers) throws IOException {
        try {
            servers.add(listener.accept(Pair.BRIEFLY));
        } catch (WouldBlockException e) {
            // the server has come to its limit before the client
        }
    }

    /// A JVM that gets a thread's stack, but not the guard pages in it, ends with an error file; so does one whose compiler gets none.
    private static void startThreads() throws InterruptedException {
        CountDownLatch end = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            threads.add(Thread.ofPlatform().start(() -> awaitEnd(end)));
        }
        end.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private static void awaitEnd(CountDownLatch end) {
        try {
            end.await();
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts", e);
        }
    }

    /// Others have taken nearly all mappings. Once they have given them back, connects work again.
    static void ofMappings(String endpoint) throws IOException, InterruptedException {
        try (Pair old = Pair.open("shm", COLD)) {
            Pair.assertStillCarries(old);
            try (Arena others = Arena.ofShared()) {
                mapAllBut(700, others);
                ofMemory(endpoint, Options.MIN_RING_BYTES);
                Pair.assertStillCarries(old);
            }
            meet(endpoint);
        }
    }

    private static void mapAllBut(int left, Arena owner) throws IOException {
        long most = number(Path.of("/proc/sys/vm/max_map_count"));
        Path file = Files.createTempFile("mapped", "");
        try (FileChannel channel = FileChannel.open(file, READ, WRITE, DELETE_ON_CLOSE)) {
            for (long count = mappings(); count < most - left; count++) {
                channel.map(FileChannel.MapMode.READ_WRITE, 0, 1, owner);
            }
        }
    }

    private static long mappings() throws IOException {
        try (var lines = Files.lines(Path.of("/proc/self/maps"))) {
            return lines.count();
        }
    }

    private static long number(Path file) throws IOException {
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            return Long.parseLong(reader.readLine());
        }
    }

    /// Does each thing that a user or his tools do, and says how it ended.
    static void ofDirectory(String endpoint) throws Exception {
        tell("bind", () -> Ipc.bind(endpoint).close());
        tell("connect", () -> Ipc.connect(endpoint).close());
        for (TransportProvider provider : ServiceLoader.load(TransportProvider.class)) {
            if (provider.scheme().equals("shm")) {
                tell("survey", provider::survey);
                provider.diagnose().stream()
                        .filter(finding -> finding.subject().equals("/dev/shm"))
                        .forEach(finding -> System.out.println("diagnose: " + finding.value() + "; " + finding.advice()));
            }
        }
    }

    private static void tell(String what, Background.Action action) throws Exception {
        try {
            action.run();
            System.out.println(what + ": done");
        } catch (IpcException e) {
            System.out.println(what + ": " + e.getClass().getSimpleName() + ": " + e.getMessage());
        }
    }

    /// Binds and connects with no descriptor left, with one, two, and so on until it works, while others stay connected.
    static void ofDescriptors(String endpoint) throws IOException {
        try (Pair old = Pair.open("shm", COLD)) {
            Pair.assertStillCarries(old); // so that everything is loaded
            assertConnectIsRefused(old);
            for (int left = 0; !worksWith(Descriptors.allBut(left), left + " descriptors", endpoint, old); left++) {
                assertNothingLeft(endpoint);
            }
            try (Stream client = Ipc.connect(old.listener().endpoint(), COLD);
                    Stream server = old.listener().accept(Pair.SOON)) {
                Pair.assertStillCarries(new Pair(old.listener(), client, server));
            }
        }
    }

    /// Before the transport has linked anything, while all that is above it is loaded.
    static void ofDescriptorsAtFirst(String endpoint) throws IOException {
        try (Pair old = Pair.open("mem", COLD)) {
            Pair.assertStillCarries(old);
            for (int left = 0; !worksWith(Descriptors.allBut(left), left + " descriptors", endpoint, old); left++) {
                assertNothingLeft(endpoint);
            }
        }
    }

    /// As often as there are slots, and more: each is given back.
    private static void assertConnectIsRefused(Pair old) throws IOException {
        try (Descriptors _ = Descriptors.allBut(0)) {
            for (int i = 0; i < 5; i++) {
                try {
                    Ipc.connect(old.listener().endpoint(), COLD).close();
                    throw new AssertionError("connected without a descriptor");
                } catch (OutOfSharedMemoryException e) {
                    System.out.println("connect: " + e.getMessage());
                }
            }
            Pair.assertStillCarries(old);
        }
    }

    /// Binds and connects with no thread left, with one, two, and so on until it works.
    static void ofThreads(String endpoint) throws IOException {
        try (Pair old = Pair.open("shm", COLD)) {
            Pair.assertStillCarries(old);
            for (int left = 0; !worksWith(Hogs.allBut(left), left + " threads", endpoint, old); left++) {
                assertNothingLeft(endpoint);
            }
        }
        assertNothingLeft(endpoint);
    }

    /// @param others who have all but a few of something
    private static boolean worksWith(Closeable others, String what, String endpoint, Pair old) throws IOException {
        try (others) {
            meet(endpoint);
            System.out.println(what + " suffice");
            return true;
        } catch (OutOfSharedMemoryException e) {
            System.out.println(what + ": " + e.getMessage());
            return false;
        } catch (WouldBlockException e) {
            System.out.println(what + ": not accepted yet");
            return false;
        } finally {
            Pair.assertStillCarries(old);
        }
    }

    private static void meet(String endpoint) throws IOException {
        try (Listener listener = Ipc.bind(endpoint, COLD);
                Stream client = Ipc.connect(endpoint, COLD);
                Stream server = listener.accept(Pair.BRIEFLY)) {
            Pair.assertStillCarries(new Pair(listener, client, server));
        }
    }

    private static void assertNothingLeft(String endpoint) throws IOException {
        String name = endpoint.substring(endpoint.indexOf(':') + 1);
        try (var files = Files.list(Path.of("/dev/shm"))) {
            List<Path> left = files.filter(file -> file.toString().contains("~" + name)).toList();
            if (!left.isEmpty()) {
                throw new AssertionError("left: " + left);
            }
        }
    }

    /// Has no descriptor left when two clients come, and gets some back when a third asks for it.
    static void server(String endpoint) throws IOException {
        try (Listener listener = Ipc.bind(endpoint, Peer.PARKED.withWarmSlots(0))) {
            Peer.ready();
            try (Stream friend = listener.accept()) {
                friend.send(Pair.message(Pair.receiveText(friend))); // so that everything is loaded
                try (Descriptors _ = Descriptors.allBut(0)) {
                    friend.send(Pair.message("starved"));
                    Pair.receiveText(friend);
                    listener.accept(TWO_SCANS).close();
                    throw new AssertionError("accepted without a descriptor");
                } catch (WouldBlockException e) {
                    // both wait
                }
                Stream one = listener.accept(Pair.SOON);
                Stream other = listener.accept(Pair.SOON);
                friend.send(Pair.message(receiveThree(one) + receiveThree(other)));
                friend.send(Pair.message(awaitGone(one) + " " + awaitGone(other)));
                friend.send(Pair.message("rescued=" + listener.rescuedWakeUps()));
                Pair.receiveText(friend);
            }
        }
    }

    private static String receiveThree(Stream stream) throws IOException {
        StringBuilder received = new StringBuilder();
        for (int i = 0; i < 3; i++) {
            received.append(Pair.receiveText(stream)).append('\n');
        }
        return received.toString();
    }

    private static String awaitGone(Stream stream) throws IOException {
        try {
            return Pair.receiveText(stream);
        } catch (PeerGoneException e) {
            return "gone";
        }
    }

    /// The descriptors that this process could still have.
    private record Descriptors(Deque<FileInputStream> files) implements Closeable {
        static Descriptors allBut(int left) throws IOException {
            Deque<FileInputStream> files = new ArrayDeque<>();
            try {
                for (;;) {
                    files.add(new FileInputStream("/dev/null"));
                }
            } catch (IOException e) {
                // none is left
            }
            for (int i = 0; i < left; i++) {
                files.remove().close();
            }
            return new Descriptors(files);
        }

        @Override
        public void close() throws IOException {
            for (FileInputStream file : files) {
                file.close();
            }
        }
    }

    /// The threads that this process could still have.
    private record Hogs(List<Thread> threads) implements Closeable {
        static Hogs allBut(int left) {
            List<Thread> threads = new ArrayList<>();
            try {
                for (;;) {
                    threads.add(Thread.ofPlatform().daemon().start(Hogs::stay));
                }
            } catch (OutOfMemoryError e) {
                // none is left
            }
            end(threads.subList(0, left));
            return new Hogs(threads);
        }

        private static void stay() {
            while (!Thread.interrupted()) {
                LockSupport.park();
            }
        }

        /// A thread that has ended for Java may have its place in the system for a moment longer.
        private static void end(List<Thread> threads) {
            threads.forEach(Thread::interrupt);
            for (Thread thread : threads) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    throw new AssertionError("nobody interrupts", e);
                }
            }
            threads.clear();
        }

        @Override
        public void close() {
            end(threads);
        }
    }
}
