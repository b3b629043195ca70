package lapce.ipc.shm.layout;

import static lapce.ipc.shm.layout.Layouts.INT;
import static lapce.ipc.shm.layout.Layouts.LINE_BYTES;
import static lapce.ipc.shm.layout.Layouts.LONG;
import static lapce.ipc.shm.layout.Layouts.offset;
import static lapce.ipc.shm.layout.Layouts.padding;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;

/// The words of one direction of a connection. Words that change with each message and words that change with each
/// wait lie on lines of their own, so that an awake peer's look at the latter finds them in its cache.
public final class RingLayout {
    /// The whole block.
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(
            LONG.withName("consumedPosition"),
            padding(LINE_BYTES - 8),
            LONG.withName("wanted"),
            INT.withName("spaceArmed"),
            INT.withName("outputClosed"),
            padding(LINE_BYTES - 16),
            INT.withName("dataArmed"),
            INT.withName("inputClosed"),
            padding(LINE_BYTES - 8));

    /// Consumer: bytes consumed.
    public static final long CONSUMED_POSITION = offset(LAYOUT, "consumedPosition");

    /// Producer: the consumed position it waits for, or last found missing.
    public static final long WANTED = offset(LAYOUT, "wanted");

    /// Producer: its wait for room, an [ArmedWord].
    public static final long SPACE_ARMED = offset(LAYOUT, "spaceArmed");

    /// Producer: 1 once nothing more will be published.
    public static final long OUTPUT_CLOSED = offset(LAYOUT, "outputClosed");

    /// Consumer: its wait for data, an [ArmedWord].
    public static final long DATA_ARMED = offset(LAYOUT, "dataArmed");

    /// Consumer: 1 once nothing more will be consumed.
    public static final long INPUT_CLOSED = offset(LAYOUT, "inputClosed");

    private RingLayout() {}
}
