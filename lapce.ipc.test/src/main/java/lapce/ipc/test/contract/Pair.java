package lapce.ipc.test.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import lapce.ipc.api.Ipc;
import lapce.ipc.api.Listener;
import lapce.ipc.api.MessageHandler;
import lapce.ipc.api.Options;
import lapce.ipc.api.Stream;

/// A listener under a name of its own, and both ends of one connection to it.
///
/// @param listener the listener
/// @param client the end that connected
/// @param server the end that was accepted
public record Pair(Listener listener, Stream client, Stream server) implements AutoCloseable {
    /// How long to wait for what must come.
    public static final Duration SOON = Duration.ofSeconds(10);

    /// How long to wait for what must not come.
    public static final Duration BRIEFLY = Duration.ofMillis(30);

    private static final int MOST = 1 << 20; // more than the messages of a few bytes that any ring of these tests holds

    private static final AtomicInteger NAMES = new AtomicInteger();

    /// A name that no other test uses.
    ///
    /// @param scheme the transport's scheme
    /// @return an endpoint with scheme
    public static String freshEndpoint(String scheme) {
        return scheme + ":t" + ProcessHandle.current().pid() + "-" + NAMES.incrementAndGet();
    }

    /// Binds, connects and accepts.
    ///
    /// @param scheme the transport's scheme
    /// @param options for both ends
    /// @return both ends
    /// @throws IOException if that fails
    public static Pair open(String scheme, Options options) throws IOException {
        String endpoint = freshEndpoint(scheme);
        Listener listener = Ipc.bind(endpoint, options);
        Stream client = Ipc.connect(endpoint, options);
        return new Pair(listener, client, listener.accept(SOON));
    }

    /// Bytes that differ by message and by place.
    ///
    /// @param seed which message
    /// @param length how many
    /// @return a new array
    public static byte[] pattern(int seed, int length) {
        byte[] bytes = new byte[length];
        int state = seed * 0x9E3779B9 + length;
        for (int i = 0; i < length; i++) {
            state = state * 1664525 + 1013904223;
            bytes[i] = (byte) (state >>> 24);
        }
        return bytes;
    }

    /// A short message.
    ///
    /// @param text its letters
    /// @return its bytes
    public static MemorySegment message(String text) {
        return MemorySegment.ofArray(text.getBytes(StandardCharsets.UTF_8));
    }

    /// Waits for a short message.
    ///
    /// @param stream where from
    /// @return its letters, or null at the end of the stream
    /// @throws IOException as [Stream#receive(Duration)]
    public static String receiveText(Stream stream) throws IOException {
        byte[] bytes = stream.receive(SOON);
        return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
    }

    /// Sends short messages until there is no room.
    ///
    /// @param stream where to
    /// @return how many were sent
    /// @throws IOException as [Stream#offer]
    public static int fill(Stream stream) throws IOException {
        int count = 0;
        while (stream.offer(message("fill"))) {
            if (++count > MOST) {
                throw new AssertionError("there is always room: messages=" + count);
            }
        }
        return count;
    }

    /// Sees that a stream that was disturbed works in both directions.
    ///
    /// @param pair both ends
    /// @throws IOException if it does not
    public static void assertStillCarries(Pair pair) throws IOException {
        Stream server = pair.server();
        List<String> received = new ArrayList<>();
        while (server.poll((segment, offset, length) -> received.add("old"), 100) > 0) {
            // what was sent before
        }
        pair.client().send(message("still"), SOON);
        assertEquals("still", receiveText(server));
        server.send(message("back"), SOON);
        assertEquals("back", receiveText(pair.client()));
    }

    /// A handler for where nothing may come.
    ///
    /// @return a handler that fails
    public static MessageHandler refuse() {
        return (_, _, length) -> {
            throw new AssertionError("nothing may come: length=" + length);
        };
    }

    @Override
    public void close() {
        client.close();
        server.close();
        listener.close();
    }
}
