package lapce.ipc.cli;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/// What a client process says of its connections: histograms of nanoseconds in HdrHistogram's compressed form, as Base64.
record ScaleSamples(String connect, String write, String roundTrip, long waits, long waitNanos) {
    private static final long LONGEST_NANOS = TimeUnit.HOURS.toNanos(1);
    private static final int DIGITS = 3;

    static Histogram histogram() {
        return new Histogram(LONGEST_NANOS, DIGITS);
    }

    static String text(Histogram nanos) {
        ByteBuffer bytes = ByteBuffer.allocate(nanos.getNeededByteBufferCapacity());
        int length = nanos.encodeIntoCompressedByteBuffer(bytes);
        return Base64.getEncoder().encodeToString(Arrays.copyOf(bytes.array(), length));
    }

    static void addTo(Histogram sum, String text) {
        try {
            sum.add(Histogram.decodeFromCompressedByteBuffer(
                    ByteBuffer.wrap(Base64.getDecoder().decode(text)), LONGEST_NANOS));
        } catch (DataFormatException e) {
            throw new IllegalArgumentException("not a histogram: text=" + text, e);
        }
    }
}
