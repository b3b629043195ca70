package lapce.ipc.bench.micro;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import lapce.ipc.api.Ipc;
import lapce.ipc.api.Listener;
import lapce.ipc.api.Options;
import lapce.ipc.api.Stream;
import lapce.ipc.api.WaitStrategy;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// There and back between two threads that both park at once: two sleeps and two wakes.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Thread)
public class WakeBenchmark {
    private Listener listener;
    private Stream client;
    private Stream server;
    private Thread echo;
    private final MemorySegment message = Arena.ofAuto().allocate(64, Long.BYTES);
    private int seen;

    /// Connects within the process, and starts the other end.
    ///
    /// @throws IOException if that fails
    @Setup
    public void open() throws IOException {
        Options options = Options.DEFAULT.withWaitStrategy(WaitStrategy.blocking(Duration.ZERO));
        listener = Ipc.bind("shm:micro-" + ProcessHandle.current().pid(), options);
        client = Ipc.connect(listener.endpoint(), options);
        server = listener.accept();
        echo = Thread.ofPlatform().daemon().start(this::echo);
    }

    private void echo() {
        MemorySegment answer = Arena.ofAuto().allocate(64, Long.BYTES);
        try {
            while (server.receive((_, _, _) -> {}, 1) != Stream.END_OF_STREAM) {
                server.send(answer);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Closes what was opened.
    ///
    /// @throws Exception if that fails
    @TearDown
    public void close() throws Exception {
        client.close();
        echo.join();
        server.close();
        listener.close();
    }

    /// One trip.
    ///
    /// @return how many there were
    /// @throws IOException if the stream fails
    @Benchmark
    public int roundTrip() throws IOException {
        client.send(message);
        client.receive((_, _, _) -> seen++, 1);
        return seen;
    }
}
