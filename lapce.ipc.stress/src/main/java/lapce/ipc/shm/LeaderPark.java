package lapce.ipc.shm;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/// A leader's steps l1 to l4 in whichever thread calls them, for the stress tests.
public final class LeaderPark implements Leader.Work {
    private static final MethodHandle PARK_UNLESS_READY;

    static {
        try {
            PARK_UNLESS_READY = MethodHandles.privateLookupIn(Leader.class, MethodHandles.lookup())
                    .findVirtual(Leader.class, "parkUnlessReady", MethodType.methodType(void.class, int.class, long.class));
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final ControlRegion control;
    private final Bed bed;
    private final Bell bell;
    private final Leader leader;
    private final ReadyBits bits;
    private long taken;

    /// A server's leader.
    public LeaderPark() {
        Words words = new Words(Words.SMALL);
        control = words.control();
        bed = words.parker(Place.SERVER_LEADER.wakes());
        bell = Bell.of(control, Place.SERVER_LEADER);
        leader = Leader.ofServer(control, this, new Rescues("stress"), "stress");
        bits = new ReadyBits(control, Place.SERVER_LEADER, this::mine);
    }

    /// As another process does.
    ///
    /// @param slot it shall look at
    public void ring(int slot) {
        bell.ring(slot);
    }

    /// As another thread of its process does.
    public void request() {
        leader.request();
    }

    /// Who wakes has done all that he will do.
    public void leave() {
        bed.leave();
    }

    /// l1 to l3, but for the system's sleep.
    ///
    /// @return false if it would sleep for ever
    public boolean park() {
        try {
            PARK_UNLESS_READY.invokeExact(leader, 0, Long.MAX_VALUE);
            return true;
        } catch (Bed.Overslept e) {
            return false;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /// l4.
    ///
    /// @return a bit for each slot below 64
    public long take() {
        taken = 0;
        bits.take(slot -> taken |= 1L << slot);
        return taken;
    }

    /// Every slot is its.
    @Override
    public long mine(int word) {
        return -1;
    }

    @Override
    public void ready(int slot) {}

    @Override
    public long round() {
        return 0;
    }

    @Override
    public void ended(Throwable cause) {}
}
