package lapce.ipc.shm.layout;

import static lapce.ipc.shm.layout.Layouts.INT;
import static lapce.ipc.shm.layout.Layouts.LINE_BYTES;
import static lapce.ipc.shm.layout.Layouts.LONG;
import static lapce.ipc.shm.layout.Layouts.offset;
import static lapce.ipc.shm.layout.Layouts.padding;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;
import java.util.Objects;
import lapce.ipc.api.Options;

/// The control region of one endpoint: who serves it, which slots are taken by whom, and where each process parks.
public final class ControlLayout {
    /// The bytes `LAPCECTL`, written last, so whoever sees them sees the rest of the header.
    public static final long MAGIC_VALUE = 0x4C5443454350414CL;

    /// Most slots, and most client processes.
    public static final int MAX_SLOTS = Options.MAX_SLOTS;

    /// 64-bit words of ready bits.
    public static final int READY_WORDS = MAX_SLOTS / Long.SIZE;

    /// Where one process parks.
    public static final StructLayout LINE = MemoryLayout.structLayout(
            INT.withName("wakes"),
            INT.withName("waiting"),
            LONG.withName("owner"),
            INT.withName("wantSlot"),
            INT.withName("pollerWakes"),
            INT.withName("pollerWaiting"),
            padding(LINE_BYTES - 28));

    /// Where the threads park that receive on one slot's connection.
    public static final StructLayout SLOT_WAKES =
            MemoryLayout.structLayout(INT.withName("serverWakes"), INT.withName("clientWakes"));

    /// The whole region.
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(
            LONG.withName("magic"),
            INT.withName("version"),
            INT.withName("slots"),
            LONG.withName("epoch"),
            INT.withName("joins"),
            INT.withName("wants"),
            INT.withName("closed"),
            INT.withName("warmRingBytes"),
            padding(LINE_BYTES - 40),
            LINE.withName("server"),
            MemoryLayout.sequenceLayout(READY_WORDS, LONG).withName("serverReady"),
            MemoryLayout.sequenceLayout(READY_WORDS, LONG).withName("clientReady"),
            MemoryLayout.sequenceLayout(READY_WORDS, LONG).withName("serverPollerReady"),
            MemoryLayout.sequenceLayout(READY_WORDS, LONG).withName("clientPollerReady"),
            MemoryLayout.sequenceLayout(MAX_SLOTS, LONG).withName("slot"),
            MemoryLayout.sequenceLayout(MAX_SLOTS, SLOT_WAKES).withName("slotWakes"),
            MemoryLayout.sequenceLayout(MAX_SLOTS, LINE).withName("client"));

    /// Server, once: [#MAGIC_VALUE].
    public static final long MAGIC = offset(LAYOUT, "magic");

    /// Server, once: [Layouts#VERSION].
    public static final long VERSION = offset(LAYOUT, "version");

    /// Server: how many slots are open, 1 to [#MAX_SLOTS]; only grows.
    public static final long SLOTS = offset(LAYOUT, "slots");

    /// Server, once: its epoch.
    public static final long EPOCH = offset(LAYOUT, "epoch");

    /// Clients, by atomic addition: how many processes have joined; a hint to look at the lines.
    public static final long JOINS = offset(LAYOUT, "joins");

    /// Clients, by atomic addition: how many wait for a slot; a hint to look at the lines.
    public static final long WANTS = offset(LAYOUT, "wants");

    /// Server: 1 once it has given up the name, though the epoch may live on with its streams.
    public static final long CLOSED = offset(LAYOUT, "closed");

    /// Server, once: the size of the rings that it makes ahead of need.
    public static final long WARM_RING_BYTES = offset(LAYOUT, "warmRingBytes");

    /// The server's [#LINE].
    public static final long SERVER = offset(LAYOUT, "server");

    /// Within a [#LINE]: whoever wakes its owner's leader counts there.
    public static final long LINE_WAKES = offset(LINE, "wakes");

    /// Within a [#LINE]: its owner's leader, 1 while it may be parked.
    public static final long LINE_WAITING = offset(LINE, "waiting");

    /// Within a client's [#LINE]: a `LineWord`.
    public static final long LINE_OWNER = offset(LINE, "owner");

    /// Within a client's [#LINE]: its owner, how many of its threads wait for a slot.
    public static final long LINE_WANT_SLOT = offset(LINE, "wantSlot");

    /// Within a [#LINE]: as [#LINE_WAKES], for its owner's poller.
    public static final long LINE_POLLER_WAKES = offset(LINE, "pollerWakes");

    /// Within a [#LINE]: as [#LINE_WAITING], for its owner's poller.
    public static final long LINE_POLLER_WAITING = offset(LINE, "pollerWaiting");

    /// Bit = slot: the server shall look at it.
    public static final long SERVER_READY = offset(LAYOUT, "serverReady");

    /// Bit = slot: the client that owns it shall look at it.
    public static final long CLIENT_READY = offset(LAYOUT, "clientReady");

    /// Bit = slot: the server's poller shall look at it.
    public static final long SERVER_POLLER_READY = offset(LAYOUT, "serverPollerReady");

    /// Bit = slot: the poller of the client that owns it shall look at it.
    public static final long CLIENT_POLLER_READY = offset(LAYOUT, "clientPollerReady");

    private static final long FIRST_SLOT = offset(LAYOUT, "slot");
    private static final long FIRST_SLOT_WAKES = offset(LAYOUT, "slotWakes");
    private static final long FIRST_CLIENT = offset(LAYOUT, "client");

    private ControlLayout() {}

    /// Where a slot's word lies; what it holds is a `SlotWord`.
    ///
    /// @param slot 0 to [#MAX_SLOTS] - 1
    /// @return an offset, checked
    public static long slot(int slot) {
        return FIRST_SLOT + Objects.checkIndex(slot, MAX_SLOTS) * LONG.byteSize();
    }

    /// Where the server's thread parks that receives on a slot's connection: whoever wakes it counts there.
    ///
    /// @param slot 0 to [#MAX_SLOTS] - 1
    /// @return an offset, checked
    public static long serverWakes(int slot) {
        return slotWakes(slot) + offset(SLOT_WAKES, "serverWakes");
    }

    /// Where the client's thread parks that receives on a slot's connection.
    ///
    /// @param slot 0 to [#MAX_SLOTS] - 1
    /// @return an offset, checked
    public static long clientWakes(int slot) {
        return slotWakes(slot) + offset(SLOT_WAKES, "clientWakes");
    }

    private static long slotWakes(int slot) {
        return FIRST_SLOT_WAKES + Objects.checkIndex(slot, MAX_SLOTS) * SLOT_WAKES.byteSize();
    }

    /// Where a client process's [#LINE] lies.
    ///
    /// @param line 0 to [#MAX_SLOTS] - 1
    /// @return an offset, checked
    public static long client(int line) {
        return FIRST_CLIENT + Objects.checkIndex(line, MAX_SLOTS) * LINE.byteSize();
    }
}
