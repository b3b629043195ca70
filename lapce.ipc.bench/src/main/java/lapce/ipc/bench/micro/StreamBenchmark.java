package lapce.ipc.bench.micro;

import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import lapce.ipc.api.Claim;
import lapce.ipc.api.Ipc;
import lapce.ipc.api.Listener;
import lapce.ipc.api.MessageHandler;
import lapce.ipc.api.Options;
import lapce.ipc.api.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// A message into a ring and out of it, by one thread, so that no cache line travels: the instructions alone.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Thread)
public class StreamBenchmark {
    /// Of a message.
    @Param({"64", "1024", "16384"})
    public int bytes;

    private final MessageHandler taking = this::take;
    private final MessageHandler looking = this::look;
    private Listener listener;
    private Stream client;
    private Stream server;
    private MemorySegment message;
    private final MemorySegment received = Arena.ofAuto().allocate(1 << 20, Long.BYTES);
    private long seen;

    /// Connects within the process.
    ///
    /// @throws IOException if that fails
    @Setup
    public void open() throws IOException {
        Options options = Options.DEFAULT.withRingBytes(1 << 20);
        listener = Ipc.bind("shm:micro-" + ProcessHandle.current().pid(), options);
        client = Ipc.connect(listener.endpoint(), options);
        server = listener.accept();
        message = Arena.ofAuto().allocate(bytes, Long.BYTES);
    }

    /// Closes what was opened.
    @TearDown
    public void close() {
        client.close();
        server.close();
        listener.close();
    }

    /// The copying way.
    ///
    /// @return what was received
    /// @throws IOException if the stream fails
    @Benchmark
    public long offerAndPoll() throws IOException {
        client.offer(message);
        server.poll(taking, 1);
        return seen;
    }

    /// In place.
    ///
    /// @return what was received
    /// @throws IOException if the stream fails
    @Benchmark
    public long claimAndPoll() throws IOException {
        Claim claim = client.tryClaim(bytes);
        claim.segment().set(JAVA_LONG_UNALIGNED, claim.offset(), seen);
        claim.commit();
        server.poll(looking, 1);
        return seen;
    }

    private void take(MemorySegment segment, long offset, int length) {
        MemorySegment.copy(segment, offset, received, 0, length);
        seen = received.get(JAVA_LONG_UNALIGNED, 0) + 1;
    }

    private void look(MemorySegment segment, long offset, int length) {
        seen = segment.get(JAVA_LONG_UNALIGNED, offset) + 1;
    }
}
