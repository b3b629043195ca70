package lapce.ipc.test.process;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import lapce.ipc.api.Ipc;
import lapce.ipc.api.IpcException;
import lapce.ipc.api.Options;
import lapce.ipc.api.Stream;
import lapce.ipc.api.WaitStrategy;
import lapce.ipc.api.WouldBlockException;
import lapce.ipc.test.contract.Background;

/// Talk at random, both ways at once, over memory that somebody scribbles on: all may be lost but the process, and every
/// failure is an [IpcException].
public final class Chatter {
    /// The longest message that may come.
    public static final int LONGEST = 1 << 16;

    private static final Duration SHORTLY = Duration.ofMillis(100);

    /// Small rings, no long waits.
    public static final Options OPTIONS = Options.DEFAULT
            .withRingBytes(Options.MIN_RING_BYTES)
            .withMaxMessageLength(LONGEST)
            .withWaitStrategy(WaitStrategy.blocking(Duration.ofNanos(1000)))
            .withConnectTimeout(SHORTLY)
            .withSendTimeout(SHORTLY);

    private static final long TALK_NANOS = TimeUnit.MILLISECONDS.toNanos(400);

    private Chatter() {}

    /// Connects again and again, for ever.
    static void run(String endpoint) throws Exception {
        for (;;) {
            Stream stream;
            try {
                stream = Ipc.connect(endpoint, OPTIONS);
            } catch (IpcException e) {
                Thread.sleep(1); // the other end, or the memory, is not in order now
                continue;
            }
            talk(stream);
        }
    }

    /// Talks for a while, or until the stream ends in one way or the other, and closes it.
    ///
    /// @param stream the stream
    /// @return how many messages came
    /// @throws Exception anything but what a stream may throw when its memory is wrong
    public static int talk(Stream stream) throws Exception {
        long start = System.nanoTime();
        try (stream) {
            Background<Void> sending = Background.run(() -> send(stream, start));
            int came = receive(stream, start);
            sending.get();
            return came;
        }
    }

    private static void send(Stream stream, long start) throws IOException {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        byte[] bytes = new byte[LONGEST];
        try {
            while (System.nanoTime() - start < TALK_NANOS) {
                int most = random.nextInt(50) == 0 ? LONGEST : 300;
                stream.send(MemorySegment.ofArray(bytes).asSlice(0, random.nextInt(most)));
            }
            stream.closeOutput();
        } catch (IpcException e) {
            // one of those that the documentation names: corrupt, closed, gone, no room in time
        }
    }

    private static int receive(Stream stream, long start) throws IOException {
        int came = 0;
        while (System.nanoTime() - start < 2 * TALK_NANOS) {
            try {
                byte[] message = stream.receive(SHORTLY);
                if (message == null) {
                    return came;
                }
                if (message.length > LONGEST) {
                    throw new IOException("longer than may come: length=" + message.length);
                }
                came++;
            } catch (WouldBlockException e) {
                // and again, as long as it takes
            } catch (IpcException e) {
                return came;
            }
        }
        return came;
    }
}
