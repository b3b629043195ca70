package lapce.ipc.shm;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import lapce.ipc.api.IncompatibleLayoutException;
import lapce.ipc.api.IpcException;
import lapce.ipc.api.Options;
import lapce.ipc.shm.layout.ControlLayout;
import lapce.ipc.shm.layout.Layouts;
import org.jspecify.annotations.Nullable;

/// The words of one endpoint's control region. Every access is one of these methods, whose last word is its
/// memory-ordering mode, and nothing read is trusted to be more than a number.
final class ControlRegion implements AutoCloseable {
    private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle().withInvokeExactBehavior();
    private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle().withInvokeExactBehavior();

    private final Region region;
    private final MemorySegment memory;
    private final long epoch;

    private ControlRegion(Region region, long epoch) {
        this.region = region;
        this.memory = region.memory();
        this.epoch = epoch;
    }

    /// Step b4: the magic comes last, so whoever sees it sees the rest.
    static ControlRegion create(Platform platform, String name, Options options, long epoch) throws IpcException {
        Region region = platform.create(name, ControlLayout.LAYOUT.byteSize());
        ControlRegion control = new ControlRegion(region, epoch);
        INT.set(control.memory, ControlLayout.VERSION, Layouts.VERSION);
        INT.set(control.memory, ControlLayout.SLOTS, options.slots());
        INT.set(control.memory, ControlLayout.WARM_RING_BYTES, options.ringBytes());
        LONG.set(control.memory, ControlLayout.EPOCH, epoch);
        Step.CONTROL_WRITTEN.reached();
        LONG.setRelease(control.memory, ControlLayout.MAGIC, ControlLayout.MAGIC_VALUE); // pairs with getAcquire in open
        return control;
    }

    /// Step j1. Null if there is none, or its server has not finished making it.
    static @Nullable ControlRegion open(Platform platform, String name) throws IpcException {
        Region region = platform.open(name, ControlLayout.LAYOUT.byteSize());
        if (region == null) {
            return null;
        }
        MemorySegment memory = region.memory();
        long magic = (long) LONG.getAcquire(memory, ControlLayout.MAGIC); // pairs with setRelease in create
        int version = (int) INT.get(memory, ControlLayout.VERSION);
        if (magic == ControlLayout.MAGIC_VALUE && version == Layouts.VERSION) { // else nothing more is read of it
            int slots = (int) INT.get(memory, ControlLayout.SLOTS);
            if (slots >= 1 && slots <= ControlLayout.MAX_SLOTS) {
                return new ControlRegion(region, (long) LONG.get(memory, ControlLayout.EPOCH));
            }
            region.close();
            throw new IncompatibleLayoutException("control region has another header: name=" + name + ", slots=" + slots);
        }
        region.close();
        if (magic == 0) {
            return null;
        }
        throw new IncompatibleLayoutException("control region has another layout: name=" + name + ", magic=0x"
                + Long.toHexString(magic) + ", version=" + version + ", expected version="
                + Layouts.VERSION + "; use the same release of lapce-ipc on both ends");
    }

    /// Open slots; the server opens more.
    ///
    /// @return 1 to [ControlLayout#MAX_SLOTS], whatever the word says
    int slotsAcquire() {
        return Math.clamp((int) INT.getAcquire(memory, ControlLayout.SLOTS), 1, ControlLayout.MAX_SLOTS);
    }

    void slotsRelease(int slots) {
        INT.setRelease(memory, ControlLayout.SLOTS, slots);
    }

    long epoch() {
        return epoch;
    }

    /// A hint: what is there is looked at again.
    int warmRingBytes() {
        return (int) INT.get(memory, ControlLayout.WARM_RING_BYTES);
    }

    /// At one of the counts of wakes.
    Parker parker(long wakes) {
        return region.parker(wakes);
    }

    /// @param word where a `waiting` word lies
    boolean isWaitingVolatile(long word) {
        return (int) INT.getVolatile(memory, word) != 0;
    }

    void waitingVolatile(long word, int waiting) {
        INT.setVolatile(memory, word, waiting);
    }

    long ownerAcquire(int line) {
        return (long) LONG.getAcquire(memory, ControlLayout.client(line) + ControlLayout.LINE_OWNER);
    }

    boolean compareAndSetOwner(int line, long expected, long word) {
        return (boolean)
                LONG.compareAndSet(memory, ControlLayout.client(line) + ControlLayout.LINE_OWNER, expected, word);
    }

    int wantSlotAcquire(int line) {
        return (int) INT.getAcquire(memory, ControlLayout.client(line) + ControlLayout.LINE_WANT_SLOT);
    }

    void addWantSlot(int line, int threads) {
        int ignored = (int) INT.getAndAdd(memory, ControlLayout.client(line) + ControlLayout.LINE_WANT_SLOT, threads);
    }

    /// For the line's new owner: what a dead one left.
    void clearWantSlot(int line) {
        INT.setVolatile(memory, ControlLayout.client(line) + ControlLayout.LINE_WANT_SLOT, 0);
    }

    boolean isClosedAcquire() {
        return (int) INT.getAcquire(memory, ControlLayout.CLOSED) != 0;
    }

    void closeRelease() {
        INT.setRelease(memory, ControlLayout.CLOSED, 1);
    }

    int joinsAcquire() {
        return (int) INT.getAcquire(memory, ControlLayout.JOINS);
    }

    void addJoin() {
        int ignored = (int) INT.getAndAdd(memory, ControlLayout.JOINS, 1);
    }

    int wantsAcquire() {
        return (int) INT.getAcquire(memory, ControlLayout.WANTS);
    }

    void addWants(int threads) {
        int ignored = (int) INT.getAndAdd(memory, ControlLayout.WANTS, threads);
    }

    long slotAcquire(int slot) {
        return (long) LONG.getAcquire(memory, ControlLayout.slot(slot));
    }

    boolean compareAndSetSlot(int slot, long expected, long word) {
        return (boolean) LONG.compareAndSet(memory, ControlLayout.slot(slot), expected, word);
    }

    /// @param ready where the bits lie
    long readyVolatile(long ready, int word) {
        return (long) LONG.getVolatile(memory, ready + (long) word * Long.BYTES);
    }

    void addReady(long ready, int slot) {
        long ignored = (long) LONG.getAndBitwiseOr(memory, ready + (long) (slot / Long.SIZE) * Long.BYTES, 1L << slot);
    }

    long takeReady(long ready, int word, long mine) {
        return (long) LONG.getAndBitwiseAnd(memory, ready + (long) word * Long.BYTES, ~mine) & mine;
    }

    @Override
    public void close() {
        region.close();
    }
}
