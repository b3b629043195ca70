package lapce.ipc.shm.layout;

import static lapce.ipc.shm.layout.Layouts.INT;
import static lapce.ipc.shm.layout.Layouts.LINE_BYTES;
import static lapce.ipc.shm.layout.Layouts.LONG;
import static lapce.ipc.shm.layout.Layouts.offset;
import static lapce.ipc.shm.layout.Layouts.padding;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;

/// The region of one connection: a header, the words of both directions, then the records of both.
public final class ConnectionLayout {
    /// The bytes `LAPCECON`, written last, so whoever sees them sees the header.
    public static final long MAGIC_VALUE = 0x4E4F43454350414CL;

    /// The first page; records follow it.
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(
            LONG.withName("magic"),
            INT.withName("version"),
            INT.withName("ringBytes"),
            LONG.withName("epoch"),
            INT.withName("slot"),
            INT.withName("generation"),
            padding(LINE_BYTES - 32),
            RingLayout.LAYOUT.withName("clientToServer"),
            RingLayout.LAYOUT.withName("serverToClient"),
            padding(4096 - LINE_BYTES - 2 * RingLayout.LAYOUT.byteSize()));

    /// Its maker, once: [#MAGIC_VALUE].
    public static final long MAGIC = offset(LAYOUT, "magic");

    /// Its maker, once: [Layouts#VERSION].
    public static final long VERSION = offset(LAYOUT, "version");

    /// Its maker, once: capacity of each ring, a power of two.
    public static final long RING_BYTES = offset(LAYOUT, "ringBytes");

    /// Its maker, once: the server's epoch.
    public static final long EPOCH = offset(LAYOUT, "epoch");

    /// Its maker, once: the slot's number.
    public static final long SLOT = offset(LAYOUT, "slot");

    /// Its maker, once: the slot's generation.
    public static final long GENERATION = offset(LAYOUT, "generation");

    /// The [RingLayout] in which the client is the producer.
    public static final long CLIENT_TO_SERVER = offset(LAYOUT, "clientToServer");

    /// The [RingLayout] in which the server is the producer.
    public static final long SERVER_TO_CLIENT = offset(LAYOUT, "serverToClient");

    /// Records of client to server start here; those of server to client follow after `ringBytes`.
    public static final long RECORDS = LAYOUT.byteSize();

    private ConnectionLayout() {}

    /// The size of a region.
    ///
    /// @param ringBytes capacity of each ring
    /// @return bytes
    public static long byteSize(int ringBytes) {
        return RECORDS + 2L * ringBytes;
    }
}
