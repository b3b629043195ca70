package lapce.ipc.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import lapce.ipc.api.Frame;
import lapce.ipc.api.Framer;
import lapce.ipc.api.Ipc;
import lapce.ipc.api.MessageType;
import lapce.ipc.api.Stream;

/// The Java client that the one in C is compared with: it does what `peer exchange` of interop/c does, and says the same.
final class Exchange {
    private Exchange() {}

    public static void main(String... arguments) throws Exception {
        long count = Long.parseLong(arguments[1]);
        int length = Integer.parseInt(arguments[2]);
        try (Stream stream = Ipc.connect(arguments[0])) {
            Framer framer = Framer.over(stream);
            long start = System.nanoTime();
            Thread sender = Thread.ofPlatform().start(() -> send(framer, count, length));
            receive(framer, count, length);
            sender.join();
            System.out.printf("exchanged %d frames in %.3f s%n", count, (System.nanoTime() - start) / 1e9);
        }
    }

    private static void send(Framer framer, long count, int length) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment payload = arena.allocate(length, Long.BYTES);
            for (long number = 1; number <= count; number++) {
                payload.set(ValueLayout.JAVA_LONG, 0, number);
                framer.send(MessageType.DATA, 0, number, payload);
            }
            framer.stream().closeOutput();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void receive(Framer framer, long count, int length) throws IOException {
        long received = 0;
        for (Frame frame = framer.receive(); frame != null; frame = framer.receive()) {
            received++;
            if (frame.id() != received
                    || frame.payloadLength() != length
                    || frame.payload().get(ValueLayout.JAVA_LONG_UNALIGNED, 0) != received) {
                throw new IOException("another frame: id=" + frame.id() + ", expected=" + received);
            }
        }
        if (received != count) {
            throw new IOException("frames missing: received=" + received + ", sent=" + count);
        }
    }
}
