package lapce.ipc.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.time.Duration;
import java.util.concurrent.Callable;
import lapce.ipc.api.IpcException;
import lapce.ipc.api.Options;
import lapce.ipc.api.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// The writing end of a pipe through shared memory.
@Command(name = "send", description = "Connects to NAME and sends standard input; done when all of it was read.")
final class SendCommand implements Callable<Integer> {
    /// Room for several pieces, so that neither end waits for the other's system call.
    private static final Options OPTIONS = Options.DEFAULT.withRingBytes(1 << 20);

    private static final int PIECE_BYTES = 128 << 10;

    @Parameters(paramLabel = "NAME", description = "The endpoint to connect to.")
    private String name;

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            defaultValue = "5",
            description = "How long to wait for the endpoint (default: ${DEFAULT-VALUE}).")
    private int wait;

    @Mixin
    private GroupOption group;

    @Override
    public Integer call() throws IOException {
        Bounds.check("--wait", 0, wait, Integer.MAX_VALUE);
        try (Stream stream = PatientConnect.connect(name, group.of(OPTIONS), Duration.ofSeconds(wait))) {
            sendStandardInput(stream);
            stream.closeOutput();
            awaitReceipt(stream);
        }
        return 0;
    }

    private static int read(FileChannel input, ByteBuffer piece) throws IOException {
        try {
            return input.read(piece);
        } catch (IOException e) {
            throw new IOException("cannot read standard input: " + e.getMessage(), e);
        }
    }

    /// Bytes taken from the ring may still fail to be written, so the reader says at the end that they were.
    private void awaitReceipt(Stream stream) throws IOException {
        if (stream.receive() == null) {
            throw new IpcException("the reader ended before it had written everything: endpoint=" + name);
        }
    }

    private static void sendStandardInput(Stream stream) throws IOException {
        FileChannel input = new FileInputStream(FileDescriptor.in).getChannel();
        ByteBuffer piece = ByteBuffer.allocateDirect(Math.min(PIECE_BYTES, stream.maxClaimLength()));
        while (read(input, piece.clear()) >= 0) {
            stream.send(MemorySegment.ofBuffer(piece.flip()), Stream.FOREVER);
        }
    }
}
