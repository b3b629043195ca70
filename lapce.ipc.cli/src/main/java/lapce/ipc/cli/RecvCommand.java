package lapce.ipc.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.Callable;
import lapce.ipc.api.Ipc;
import lapce.ipc.api.Listener;
import lapce.ipc.api.MessageHandler;
import lapce.ipc.api.Options;
import lapce.ipc.api.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// The reading end of a pipe through shared memory.
@Command(name = "recv", description = "Binds NAME, waits for one sender and writes what it sends to standard output.")
final class RecvCommand implements Callable<Integer>, MessageHandler {
    private static final int BATCH = 64;

    @Parameters(paramLabel = "NAME", description = "The endpoint to bind.")
    private String name;

    @Mixin
    private GroupOption group;

    private final FileChannel output = new FileOutputStream(FileDescriptor.out).getChannel();

    @Override
    public Integer call() throws IOException {
        try (Stream stream = acceptOne()) {
            while (stream.receive(this, BATCH) != Stream.END_OF_STREAM) {}
            stream.send(MemorySegment.NULL); // the receipt that SendCommand waits for
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return 0;
    }

    /// The name is given up at once, so that a second sender is refused instead of waiting for ever.
    private Stream acceptOne() throws IOException {
        try (Listener listener = Ipc.bind(name, group.of(Options.DEFAULT))) {
            return listener.accept();
        }
    }

    /// Writes straight from the ring.
    @Override
    public void onMessage(MemorySegment segment, long offset, int length) {
        ByteBuffer bytes = segment.asSlice(offset, length).asByteBuffer();
        try {
            while (bytes.hasRemaining()) {
                output.write(bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(new IOException("cannot write standard output: " + e.getMessage(), e));
        }
    }
}
