package lapce.ipc.bench;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.FragmentAssembler;
import io.aeron.Subscription;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.aeron.logbuffer.FragmentHandler;
import io.aeron.logbuffer.Header;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.agrona.BufferUtil;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;

/// Aeron's IPC: exclusive publications, buffers without bounds checks, memory touched in advance (both by a property of the process), and
/// its driver in the server's process, on one thread that backs off, since there are as many processors as ends.
final class AeronIpc implements Link, FragmentHandler {
    private static final int TO_SERVER = 1001;
    private static final int TO_CLIENT = 1002;
    private static final int TERM_BYTES = Integer.getInteger("bench.aeron.term", 16 << 20);
    private static final int MTU_BYTES = Integer.getInteger("bench.aeron.mtu", 8 << 10);
    private static final long PATIENCE_NANOS = TimeUnit.HOURS.toNanos(1); // idle ends of other contenders' slices live on

    private final MediaDriver driver; // or null
    private final Aeron aeron;
    private final ExclusivePublication publication;
    private final Subscription subscription;
    private final FragmentAssembler assembler = new FragmentAssembler(this);
    private final UnsafeBuffer out = new UnsafeBuffer(BufferUtil.allocateDirectAligned(Contender.LARGEST_BYTES, 64));
    private final UnsafeBuffer in = new UnsafeBuffer(BufferUtil.allocateDirectAligned(Contender.LARGEST_BYTES, 64));
    private Sink sink;

    private AeronIpc(MediaDriver driver, String directory, int out, int in) {
        this.driver = driver;
        this.aeron = Aeron.connect(new Aeron.Context()
                .aeronDirectoryName(directory)
                .keepAliveIntervalNs(TimeUnit.SECONDS.toNanos(1))
                .driverTimeoutMs(TimeUnit.NANOSECONDS.toMillis(PATIENCE_NANOS)));
        String channel = "aeron:ipc?term-length=" + TERM_BYTES + "|mtu=" + MTU_BYTES;
        this.subscription = aeron.addSubscription(channel, in);
        this.publication = aeron.addExclusivePublication(channel, out);
    }

    static AeronIpc server(Path directory) {
        MediaDriver driver = MediaDriver.launchEmbedded(new MediaDriver.Context()
                .aeronDirectoryName(directory.toString())
                .dirDeleteOnStart(true)
                .dirDeleteOnShutdown(true)
                .threadingMode(ThreadingMode.SHARED)
                .sharedIdleStrategy(new BackoffIdleStrategy(100, 10, 1_000, 1_000_000))
                .clientLivenessTimeoutNs(PATIENCE_NANOS)
                .imageLivenessTimeoutNs(PATIENCE_NANOS)
                .publicationUnblockTimeoutNs(2 * PATIENCE_NANOS));
        return new AeronIpc(driver, driver.aeronDirectoryName(), TO_CLIENT, TO_SERVER);
    }

    static AeronIpc client(String directory) {
        return new AeronIpc(null, directory, TO_SERVER, TO_CLIENT);
    }

    @Override
    public void send(long head, int length) throws IOException {
        out.putLong(0, head, ByteOrder.nativeOrder());
        for (;;) {
            long position = publication.offer(out, 0, length);
            if (position > 0) {
                return;
            }
            if (position == ExclusivePublication.CLOSED || position == ExclusivePublication.MAX_POSITION_EXCEEDED) {
                throw new IOException("publication has ended: position=" + position);
            }
            Thread.onSpinWait();
        }
    }

    @Override
    public void receive(Sink sink, int limit) {
        this.sink = sink;
        while (subscription.poll(assembler, limit) == 0) {
            Thread.onSpinWait();
        }
    }

    @Override
    public void onFragment(DirectBuffer buffer, int offset, int length, Header header) {
        buffer.getBytes(offset, in, 0, length);
        sink.message(in.getLong(0, ByteOrder.nativeOrder()), length);
    }

    @Override
    public void close() {
        CloseHelper.closeAll(aeron, driver);
    }
}
