package lapce.ipc.api;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class StreamAdaptersTest {
    private static final byte[] TEXT = "a text longer than one claim".getBytes(StandardCharsets.US_ASCII);

    private final LoopStream stream = new LoopStream();

    @Test
    void bytesWrittenAreTheBytesRead() throws IOException {
        try (OutputStream output = stream.outputStream()) {
            output.write(TEXT);
            output.write(0xff);
        }
        InputStream input = stream.inputStream();
        assertArrayEquals(TEXT, input.readNBytes(TEXT.length));
        assertEquals(0xff, input.read());
        assertEquals(-1, input.read());
        assertEquals(-1, input.read(new byte[1]));
        assertEquals(0, input.read(new byte[0]));
    }

    @Test
    void writesAreCutIntoPiecesThatFitTheRingWhole() throws IOException {
        stream.outputStream().write(TEXT, 1, 21);
        assertEquals(10, stream.messages.remove().length);
        assertEquals(10, stream.messages.remove().length);
        assertArrayEquals(new byte[] {TEXT[21]}, stream.messages.remove());
        assertTrue(stream.messages.isEmpty());
    }

    @Test
    void emptyMessagesAreSkippedByTheInput() throws IOException {
        stream.messages.add(new byte[0]);
        stream.messages.add(new byte[] {1, 2});
        InputStream input = stream.inputStream();
        assertEquals(1, input.read());
        assertEquals(1, input.available());
        assertEquals(1, input.read(new byte[5]));
        assertEquals(0, input.available());
    }

    @Test
    void closingTheOutputEndsTheStreamOnceAndLeavesItOpen() throws IOException {
        OutputStream output = stream.outputStream();
        output.close();
        output.close();
        assertTrue(stream.isOpen());
        assertNull(stream.receive());
        stream.inputStream().close();
        assertFalse(stream.isOpen());
    }

    @Test
    void channelCarriesBytesBothWays() throws IOException {
        ByteChannel channel = stream.byteChannel();
        ByteBuffer source = ByteBuffer.wrap(TEXT);
        assertEquals(TEXT.length, channel.write(source));
        assertFalse(source.hasRemaining());
        assertEquals(0, channel.read(ByteBuffer.allocate(0)));
        ByteBuffer target = ByteBuffer.allocate(TEXT.length);
        while (target.hasRemaining()) {
            assertTrue(channel.read(target) > 0);
        }
        assertArrayEquals(TEXT, target.array());
        stream.closeOutput();
        assertEquals(-1, channel.read(ByteBuffer.allocate(1)));
    }

    @Test
    void channelRespectsPositionAndLimit() throws IOException {
        stream.byteChannel().write(ByteBuffer.wrap(TEXT).position(2).limit(6));
        assertArrayEquals(Arrays.copyOfRange(TEXT, 2, 6), stream.messages.remove());
    }

    @Test
    void closedChannelSaysSo() throws IOException {
        ByteChannel channel = stream.byteChannel();
        channel.close();
        assertFalse(channel.isOpen());
        assertThrows(ClosedChannelException.class, () -> channel.write(ByteBuffer.allocate(1)));
        assertThrows(ClosedChannelException.class, () -> channel.read(ByteBuffer.allocate(1)));
    }
}
