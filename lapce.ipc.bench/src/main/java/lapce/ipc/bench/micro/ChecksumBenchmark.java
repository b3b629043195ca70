package lapce.ipc.bench.micro;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
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
import org.openjdk.jmh.annotations.Warmup;

/// What the JDK's CRC32 takes for a payload, and what a copy of it takes.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Thread)
public class ChecksumBenchmark {
    /// Of a payload.
    @Param({"64", "1024", "65536"})
    public int bytes;

    private final CRC32 crc = new CRC32();
    private MemorySegment from;
    private MemorySegment to;
    private ByteBuffer buffer;

    /// Makes the payload.
    @Setup
    public void fill() {
        from = Arena.ofAuto().allocate(bytes, Long.BYTES).fill((byte) 7);
        to = Arena.ofAuto().allocate(bytes, Long.BYTES);
        buffer = from.asByteBuffer();
    }

    /// Over memory that is not Java's.
    ///
    /// @return the checksum
    @Benchmark
    public long checksum() {
        crc.reset();
        buffer.rewind();
        crc.update(buffer);
        return crc.getValue();
    }

    /// From one such memory to another.
    ///
    /// @return the copy
    @Benchmark
    public MemorySegment copy() {
        return to.copyFrom(from);
    }
}
