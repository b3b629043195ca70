package lapce.ipc.bench;

import java.nio.file.Path;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.core.io.IOTools;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;

/// Chronicle Queue: one queue for each direction, in memory files, bytes as they are. A queue keeps all that was ever written, so it has short
/// messages only.
final class Chronicle implements Link {
    static final String PEER = "Chronicle Queue";

    private static final String UP = "up";
    private static final String DOWN = "down";

    private final Path owned; // what is removed at the end, or null
    private final ChronicleQueue outQueue;
    private final ChronicleQueue inQueue;
    private final ExcerptAppender appender;
    private final ExcerptTailer tailer;
    private final Bytes<?> out = Bytes.allocateElasticDirect(Contender.LARGEST_BYTES);
    private final Bytes<?> in = Bytes.allocateElasticDirect(Contender.LARGEST_BYTES);

    private Chronicle(Path place, String out, String in, boolean owns) {
        this.owned = owns ? place : null;
        this.outQueue = queue(place.resolve(out));
        this.inQueue = queue(place.resolve(in));
        this.appender = outQueue.createAppender();
        this.tailer = inQueue.createTailer();
    }

    private static ChronicleQueue queue(Path folder) {
        return SingleChronicleQueueBuilder.binary(folder).build();
    }

    static Chronicle server(Path place) {
        return new Chronicle(place, DOWN, UP, true);
    }

    static Chronicle client(Path place) {
        return new Chronicle(place, UP, DOWN, false);
    }

    @Override
    public void send(long head, int length) {
        out.writeLong(0, head);
        out.readPositionRemaining(0, length);
        appender.writeBytes(out);
    }

    @Override
    public void receive(Sink sink, int limit) {
        int count = 0;
        while (count == 0) {
            while (count < limit && tailer.readBytes(in.clear())) {
                count++;
                sink.message(in.readLong(0), (int) in.readRemaining());
            }
            Thread.onSpinWait();
        }
    }

    @Override
    public void close() {
        outQueue.close();
        inQueue.close();
        if (owned != null) {
            IOTools.deleteDirWithFiles(owned.toFile());
        }
    }
}
