package lapce.ipc.shm;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import lapce.ipc.api.IncompatibleLayoutException;
import lapce.ipc.api.IpcException;
import lapce.ipc.api.Options;
import lapce.ipc.shm.layout.ConnectionLayout;
import lapce.ipc.shm.layout.Layouts;
import lapce.ipc.shm.ring.RingControl;

/// The memory of one connection: a header that says whose it is, and two rings.
///
/// @param region the memory
/// @param ringBytes capacity of each ring, checked
record Connection(Region region, int ringBytes) {
    private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle().withInvokeExactBehavior();

    /// Whose connection it is.
    record Identity(long epoch, int slot, int generation) {}

    /// Step k2: the magic comes last, so whoever sees it sees the rest.
    static Connection create(Platform platform, String name, Identity identity, int ringBytes) throws IpcException {
        Region region = platform.create(name, ConnectionLayout.byteSize(ringBytes));
        MemorySegment memory = region.memory();
        memory.set(ValueLayout.JAVA_INT, ConnectionLayout.VERSION, Layouts.VERSION);
        memory.set(ValueLayout.JAVA_INT, ConnectionLayout.RING_BYTES, ringBytes);
        memory.set(ValueLayout.JAVA_LONG, ConnectionLayout.EPOCH, identity.epoch);
        memory.set(ValueLayout.JAVA_INT, ConnectionLayout.SLOT, identity.slot);
        memory.set(ValueLayout.JAVA_INT, ConnectionLayout.GENERATION, identity.generation);
        Step.CONNECTION_WRITTEN.reached();
        LONG.setRelease(memory, ConnectionLayout.MAGIC, ConnectionLayout.MAGIC_VALUE); // pairs with getAcquire in open
        return new Connection(region, ringBytes);
    }

    /// Step a1.
    static Connection open(Platform platform, String name, Identity identity) throws IpcException {
        Region region = platform.open(name, ConnectionLayout.byteSize(Options.MIN_RING_BYTES));
        if (region == null) {
            throw new IncompatibleLayoutException("connection has no region: name=" + name);
        }
        try {
            return checked(region, name, identity);
        } catch (IpcException e) {
            region.close();
            throw e;
        } catch (InternalError e) {
            region.close();
            throw new IpcException("connection region was truncated: name=" + name, e);
        }
    }

    private static Connection checked(Region region, String name, Identity identity) throws IpcException {
        MemorySegment memory = region.memory();
        long magic = (long) LONG.getAcquire(memory, ConnectionLayout.MAGIC); // pairs with setRelease in create
        int version = memory.get(ValueLayout.JAVA_INT, ConnectionLayout.VERSION);
        if (magic != ConnectionLayout.MAGIC_VALUE || version != Layouts.VERSION) {
            throw new IncompatibleLayoutException("connection region has another layout: name=" + name + ", magic=0x"
                    + Long.toHexString(magic) + ", version=" + version + ", expected version=" + Layouts.VERSION);
        }
        int ringBytes = memory.get(ValueLayout.JAVA_INT, ConnectionLayout.RING_BYTES);
        Identity found = new Identity(
                memory.get(ValueLayout.JAVA_LONG, ConnectionLayout.EPOCH),
                memory.get(ValueLayout.JAVA_INT, ConnectionLayout.SLOT),
                memory.get(ValueLayout.JAVA_INT, ConnectionLayout.GENERATION));
        if (found.equals(identity)
                && ringBytes >= Options.MIN_RING_BYTES
                && Integer.bitCount(ringBytes) == 1
                && ConnectionLayout.byteSize(ringBytes) <= memory.byteSize()) {
            return new Connection(region, ringBytes);
        }
        throw new IncompatibleLayoutException(
                "connection region has another header: name=" + name + ", ringBytes=" + ringBytes + ", " + found);
    }

    RingControl clientToServer() {
        return new RingControl(region.memory(), ConnectionLayout.CLIENT_TO_SERVER);
    }

    RingControl serverToClient() {
        return new RingControl(region.memory(), ConnectionLayout.SERVER_TO_CLIENT);
    }

    MemorySegment clientToServerRecords() {
        return region.memory().asSlice(ConnectionLayout.RECORDS, ringBytes);
    }

    MemorySegment serverToClientRecords() {
        return region.memory().asSlice(ConnectionLayout.RECORDS + ringBytes, ringBytes);
    }

    long byteSize() {
        return byteSize(ringBytes);
    }

    static long byteSize(int ringBytes) {
        return ConnectionLayout.byteSize(ringBytes);
    }
}
