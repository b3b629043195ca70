package lapce.ipc.test.contract;

import static lapce.ipc.test.contract.Pair.pattern;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import lapce.ipc.api.Options;
import lapce.ipc.api.Stream;
import org.junit.jupiter.api.Test;

/// A [Stream] as what Java programs already speak, and what it says of itself. Part of [StreamContract].
public interface AdapterContract extends PairFixture {
    @Test
    default void javaIoStreamsCarryBytesAndEnd() throws Exception {
        try (Pair pair = openSmall()) {
            byte[] bytes = pattern(1, 100_000);
            Background<Void> writing = Background.run(() -> {
                try (OutputStream output = pair.client().outputStream()) {
                    output.write(bytes, 0, 3);
                    output.write(bytes[3]);
                    output.write(bytes, 4, 0);
                    output.write(bytes, 4, bytes.length - 4);
                }
            });
            assertArrayEquals(bytes, pair.server().inputStream().readAllBytes());
            assertEquals(-1, pair.server().inputStream().read());
            writing.get();
            assertTrue(pair.client().isOpen());
        }
    }

    @Test
    default void aClosedOutputStreamRefusesBytes() throws Exception {
        try (Pair pair = open()) {
            OutputStream output = pair.client().outputStream();
            output.close();
            output.close();
            assertThrows(IOException.class, () -> output.write(1));
        }
    }

    @Test
    default void aByteChannelCarriesBytesBothWaysAndEnds() throws Exception {
        try (Pair pair = openSmall()) {
            ByteChannel client = pair.client().byteChannel();
            ByteChannel server = pair.server().byteChannel();
            byte[] bytes = pattern(1, 20_000);
            for (ByteChannel[] way : new ByteChannel[][] {{client, server}, {server, client}}) {
                Background<Integer> writing = Background.call(() -> way[0].write(ByteBuffer.wrap(bytes)));
                ByteBuffer target = ByteBuffer.allocateDirect(bytes.length);
                while (target.hasRemaining()) {
                    assertTrue(way[1].read(target) > 0);
                }
                assertEquals(ByteBuffer.wrap(bytes), target.flip());
                assertEquals(bytes.length, writing.get());
            }
            client.close();
            assertFalse(pair.client().isOpen());
            assertEquals(-1, server.read(ByteBuffer.allocate(1)));
        }
    }

    @Test
    default void aStreamSaysWhatItIs() throws Exception {
        try (Pair pair = openSmall()) {
            assertEquals(pair.listener().endpoint(), pair.client().endpoint());
            assertEquals(pair.listener().endpoint(), pair.server().endpoint());
            assertTrue(pair.client().sharedMemoryBytes() >= 2 * Options.MIN_RING_BYTES);
            assertEquals(pair.client().sharedMemoryBytes(), pair.server().sharedMemoryBytes());
            assertEquals(Options.DEFAULT.sendTimeout(), pair.client().sendTimeout());
            assertNotNull(pair.client().tryClaim(pair.client().maxClaimLength()));
        }
    }
}
