package lapce.ipc.test.process;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.function.LongConsumer;
import lapce.ipc.api.PeerGoneException;
import lapce.ipc.api.Stream;

/// Messages that tell by their content which one they are: short ones of many lengths, and now and then one that takes
/// several fragments in a small ring.
public final class Numbered {
    private static final int EVERY = 40; // one of so many is long
    private static final int LONG_LENGTH = 5_000;
    private static final int LONGEST_SHORT = 200;

    private Numbered() {}

    /// Sends messages and ends the direction.
    ///
    /// @param stream where to
    /// @param count how many
    /// @param sent told of each once it is committed, counted from 1
    /// @throws IOException as [Stream#send]
    public static void send(Stream stream, int count, LongConsumer sent) throws IOException {
        for (int number = 1; number <= count; number++) {
            stream.send(MemorySegment.ofArray(content(number)));
            sent.accept(number);
        }
        stream.closeOutput();
    }

    /// Receives until the direction ends or the peer is gone.
    ///
    /// @param stream where from
    /// @param received told of each, counted from 1
    /// @return how many came
    /// @throws IOException if one is not what it must be, or as [Stream#receive]
    public static int receive(Stream stream, LongConsumer received) throws IOException {
        int number = 0;
        try {
            for (byte[] message = stream.receive(); message != null; message = stream.receive()) {
                number++;
                check(message, number);
                received.accept(number);
            }
        } catch (PeerGoneException e) {
            return number; // all that were committed came before this
        }
        return number;
    }

    static void check(byte[] message, int number) throws IOException {
        if (!Arrays.equals(message, content(number))) {
            throw new IOException("not message " + number + ": length=" + message.length);
        }
    }

    static byte[] content(int number) {
        byte[] bytes = new byte[number % EVERY == 0 ? LONG_LENGTH : number % LONGEST_SHORT];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (number * 31 + i * 7 + (i >> 8));
        }
        return bytes;
    }
}
