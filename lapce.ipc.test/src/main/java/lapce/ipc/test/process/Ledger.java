package lapce.ipc.test.process;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Numbers in a mapped file: what a process has written there is there still when it was killed. Each number has one
/// writer. Any thread of any process may use it.
public final class Ledger implements AutoCloseable {
    private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle().withInvokeExactBehavior();

    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory;

    private Ledger(FileChannel file, long bytes) throws IOException {
        this.memory = file.map(MapMode.READ_WRITE, 0, bytes, arena);
    }

    /// Makes one with zeros.
    ///
    /// @param path where; there must be no such file
    /// @param count how many numbers
    /// @return the ledger
    /// @throws IOException if the file cannot be made
    public static Ledger create(Path path, int count) throws IOException {
        try (FileChannel file = FileChannel.open(
                path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
            return new Ledger(file, (long) count * Long.BYTES);
        }
    }

    /// Opens one that is there.
    ///
    /// @param path where
    /// @return the ledger
    /// @throws IOException if the file cannot be read and written
    public static Ledger open(Path path) throws IOException {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return new Ledger(file, file.size());
        }
    }

    /// Reads a number.
    ///
    /// @param index which
    /// @return what was written last
    public long get(int index) {
        return (long) LONG.getAcquire(memory, (long) index * Long.BYTES);
    }

    /// Writes a number.
    ///
    /// @param index which
    /// @param number what
    public void set(int index, long number) {
        LONG.setRelease(memory, (long) index * Long.BYTES, number);
    }

    @Override
    public void close() {
        arena.close();
    }
}
