package lapce.ipc.bench.micro;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import lapce.ipc.api.Frame;
import lapce.ipc.api.Framer;
import lapce.ipc.api.Ipc;
import lapce.ipc.api.Listener;
import lapce.ipc.api.MessageType;
import lapce.ipc.api.Options;
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

/// A frame with its checksum into a ring and out of it, by one thread: [StreamBenchmark] and two checksums.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Thread)
public class FramerBenchmark {
    /// Of a payload.
    @Param({"64", "1024", "16384"})
    public int bytes;

    private Listener listener;
    private Framer client;
    private Framer server;
    private MemorySegment payload;
    private long id;

    /// Connects within the process.
    ///
    /// @throws IOException if that fails
    @Setup
    public void open() throws IOException {
        Options options = Options.DEFAULT.withRingBytes(1 << 20);
        listener = Ipc.bind("shm:micro-" + ProcessHandle.current().pid(), options);
        client = Framer.over(Ipc.connect(listener.endpoint(), options));
        server = Framer.over(listener.accept());
        payload = Arena.ofAuto().allocate(bytes, Long.BYTES);
    }

    /// Closes what was opened.
    @TearDown
    public void close() {
        client.close();
        server.close();
        listener.close();
    }

    /// One frame.
    ///
    /// @return its number
    /// @throws IOException if the stream fails
    @Benchmark
    public long offerAndPoll() throws IOException {
        client.offer(MessageType.DATA, 0, ++id, payload);
        Frame frame = server.poll();
        return frame.id();
    }
}
