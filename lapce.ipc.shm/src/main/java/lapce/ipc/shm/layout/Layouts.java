package lapce.ipc.shm.layout;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// What all layouts share.
public final class Layouts {
    /// Version of every shared byte outside the frames. It is part of the control region and of each connection's
    /// region; another version is refused.
    public static final int VERSION = 9;

    /// Two 64-byte cache lines, because processors fetch lines in pairs, and Apple's lines are this long.
    public static final long LINE_BYTES = 128;

    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);

    private Layouts() {}

    static long offset(StructLayout layout, String field) {
        return layout.byteOffset(groupElement(field));
    }

    static MemoryLayout padding(long bytes) {
        return MemoryLayout.paddingLayout(bytes);
    }
}
