package lapce.ipc.shm;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.HashMap;
import java.util.Map;
import lapce.ipc.shm.layout.ControlLayout;

/// A control region in memory that the garbage collector gives back. It ends behind its first slots unless more is needed: there is one for
/// each try, and there are millions.
final class Words implements Region {
    /// Enough for the ready bits, and two slots.
    static final long SMALL = ControlLayout.slot(2);

    private static final MethodHandle CONTROL_REGION;

    static {
        try {
            CONTROL_REGION = MethodHandles.privateLookupIn(ControlRegion.class, MethodHandles.lookup())
                    .findConstructor(ControlRegion.class, MethodType.methodType(void.class, Region.class, long.class));
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final MemorySegment memory;
    private final Map<Long, Bed> beds = new HashMap<>();

    Words(long byteSize) {
        memory = MemorySegment.ofArray(new long[(int) byteSize / Long.BYTES]);
    }

    ControlRegion control() {
        try {
            return (ControlRegion) CONTROL_REGION.invokeExact((Region) this, 0L);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public MemorySegment memory() {
        return memory;
    }

    /// Before the actors start.
    @Override
    public Bed parker(long offset) {
        return beds.computeIfAbsent(offset, _ -> new Bed());
    }

    @Override
    public void close() {}
}
