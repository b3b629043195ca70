package lapce.ipc.bench.micro;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Group;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Control;

/// How a record is published: the design in use beside those that lost (ADR 15), bare, between two threads that spin. What counts is `send`
/// and `ask`; the time of the other thread is the same seen from there. Compare within one run, and run it several times:
/// where the processors of a virtual machine lie changes from second to second.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 10, time = 1)
@Fork(1)
@State(Scope.Group)
public class RingDesignBenchmark {
    /// What is tried.
    public enum Design {
        /// A shared position, and a fence behind it: layout version 8.
        POSITION_FENCED,
        /// The same without the fence.
        POSITION,
        /// The record's header publishes it, behind a fence as above.
        HEADER_FENCED,
        /// Without the fence.
        HEADER,
        /// A consumer that finds nothing touches the next line: layout version 9.
        HEADER_TOUCHED,
        /// The lines behind a record are cleared ahead of need.
        HEADER_AHEAD,
        /// Records start at cache lines.
        HEADER_ALIGNED,
        /// A consumer that finds nothing pauses, so that records come in batches.
        HEADER_PAUSING,
        /// As the one in use, but the first header of some records is written last, so that they are published at once.
        HEADER_BATCHED;

        boolean isFenced() {
            return this == POSITION_FENCED || this == HEADER_FENCED;
        }

        boolean hasPosition() {
            return this == POSITION || this == POSITION_FENCED;
        }

        boolean touches() {
            return this == HEADER_TOUCHED || this == HEADER_BATCHED;
        }
    }

    private static final int RING_BYTES = 1 << 20;
    private static final int HEADER = 8;
    private static final int LINE = 64;
    private static final int CLEARED_AHEAD = 2 * LINE;
    private static final int PAUSES = 128;
    private static final int BATCH = 8;
    private static final long PADDING = 1L << 40;
    private static final VarHandle WORD = ValueLayout.JAVA_LONG.varHandle().withInvokeExactBehavior();

    /// How.
    @Param
    public Design design;

    /// Of a record, without its header.
    @Param({"56", "88"})
    public int bytes;

    private Ring up;
    private Ring down;

    /// Makes fresh rings, for the end of an iteration leaves a message under way.
    @Setup(Level.Iteration)
    public void open() {
        up = new Ring(design);
        down = new Ring(design);
    }

    /// Waits for room, and sends.
    ///
    /// @param control ends the wait
    @Benchmark
    @Group("oneWay")
    public void send(Control control) {
        while (!up.offer(bytes) && !control.stopMeasurement) {
            Thread.onSpinWait();
        }
    }

    /// Takes what is there.
    ///
    /// @return how many records
    @Benchmark
    @Group("oneWay")
    public int take() {
        return up.poll(256);
    }

    /// There and back.
    ///
    /// @param control ends the wait
    @Benchmark
    @Group("roundTrip")
    public void ask(Control control) {
        up.offer(bytes);
        up.flush();
        while (down.poll(1) == 0 && !control.stopMeasurement) {
            Thread.onSpinWait();
        }
    }

    /// Sends back what came.
    @Benchmark
    @Group("roundTrip")
    public void answer() {
        if (up.poll(1) > 0) {
            down.offer(bytes);
            down.flush();
        } else {
            Thread.onSpinWait();
        }
    }

    private static final class Ring {
        private final Design design;
        private final int alignment;
        private final MemorySegment position = Arena.ofAuto().allocate(2 * LINE, 2 * LINE);
        private final MemorySegment consumedPosition = Arena.ofAuto().allocate(2 * LINE, 2 * LINE);
        private final MemorySegment armed = Arena.ofAuto().allocate(2 * LINE, 2 * LINE);
        private final MemorySegment records = Arena.ofAuto().allocate(RING_BYTES, 4096);
        private final Producer producer = new Producer();
        private final Consumer consumer = new Consumer();

        /// Words of one thread, away from those of the other.
        private static final class Producer {
            private final MemorySegment source = MemorySegment.ofArray(new byte[LINE * LINE]);
            private long at;
            private long consumed;
            private long cleared;
            private int batched; // records
            private long first; // where the header lies that publishes them
            private long firstHeader;
        }

        private static final class Consumer {
            private final MemorySegment target = MemorySegment.ofArray(new byte[LINE * LINE]);
            private long at;
            private long published;
            private long touched;
        }

        Ring(Design design) {
            this.design = design;
            this.alignment = design == Design.HEADER_ALIGNED ? LINE : HEADER;
        }

        private static long index(long position) {
            return position & RING_BYTES - 1;
        }

        private long recordLength(long length) {
            return HEADER + length + alignment - 1 & -alignment;
        }

        boolean offer(int length) {
            Producer p = producer;
            long toEnd = RING_BYTES - index(p.at);
            long padding = recordLength(length) <= toEnd ? 0 : toEnd;
            long record = p.at + padding;
            long end = record + recordLength(length);
            if (end + HEADER - p.consumed > RING_BYTES) {
                p.consumed = (long) WORD.getAcquire(consumedPosition, 0L);
                if (end + HEADER - p.consumed > RING_BYTES) {
                    return false;
                }
            }
            MemorySegment.copy(p.source, JAVA_BYTE, 0, records, JAVA_BYTE, index(record) + HEADER, length);
            if (!design.hasPosition() && p.cleared < end + HEADER) {
                WORD.setOpaque(records, index(end), 0L);
                p.cleared = end + HEADER;
            }
            if (padding > 0) {
                WORD.setRelease(records, index(record), (long) length + 1);
                publish(PADDING | padding);
            } else {
                publish((long) length + 1);
            }
            p.at = end;
            if (design.hasPosition()) {
                WORD.setRelease(position, 0L, end);
            } else if (design == Design.HEADER_AHEAD) {
                clear(end + CLEARED_AHEAD & -LINE);
            }
            return isAwake();
        }

        private void publish(long header) {
            Producer p = producer;
            if (design != Design.HEADER_BATCHED) {
                WORD.setRelease(records, index(p.at), header);
                return;
            }
            if (p.batched++ == 0) {
                p.first = p.at;
                p.firstHeader = header;
            } else {
                WORD.setRelease(records, index(p.at), header);
            }
            if (p.batched == BATCH) {
                flush();
            }
        }

        /// Publishes what waits for others.
        void flush() {
            if (producer.batched > 0) {
                producer.batched = 0;
                WORD.setRelease(records, index(producer.first), producer.firstHeader);
            }
        }

        private void clear(long to) {
            if (to - producer.consumed <= RING_BYTES) {
                for (; producer.cleared < to; producer.cleared += HEADER) {
                    WORD.setOpaque(records, index(producer.cleared), 0L);
                }
            }
        }

        private boolean isAwake() {
            if (design.isFenced()) {
                VarHandle.fullFence();
            }
            return (long) WORD.getAcquire(armed, 0L) == 0;
        }

        int poll(int limit) {
            Consumer c = consumer;
            long before = c.at;
            int count = 0;
            for (long header = next(); header != 0 && count < limit; header = count < limit ? next() : 0) {
                if ((header & PADDING) != 0) {
                    c.at += header & ~PADDING;
                } else {
                    MemorySegment.copy(records, JAVA_BYTE, index(c.at) + HEADER, c.target, JAVA_BYTE, 0, header - 1);
                    c.at += recordLength(header - 1);
                    count++;
                }
            }
            if (c.at != before) {
                WORD.setRelease(consumedPosition, 0L, c.at);
                isAwake();
            } else if (design.touches()) {
                c.touched = (long) WORD.getOpaque(records, index(c.at + LINE));
            } else if (design == Design.HEADER_PAUSING) {
                for (int i = 0; i < PAUSES; i++) {
                    Thread.onSpinWait();
                }
            }
            return count;
        }

        private long next() {
            Consumer c = consumer;
            if (!design.hasPosition()) {
                return (long) WORD.getAcquire(records, index(c.at));
            }
            if (c.at == c.published) {
                c.published = (long) WORD.getAcquire(position, 0L);
            }
            return c.at == c.published ? 0 : (long) WORD.get(records, index(c.at));
        }
    }
}
