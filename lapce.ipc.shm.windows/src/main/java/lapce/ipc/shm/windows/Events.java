package lapce.ipc.shm.windows;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import lapce.ipc.shm.MappedRegion;
import lapce.ipc.shm.Parker;

/// The events of one region in this process: one for each word, however many connections come and go there. They are closed with the
/// region, and not while a thread waits. Any thread.
final class Events implements MappedRegion.Parkers {
    /// A signal wakes one thread. Should a sleeper be late who had the word before, and take it, the right one looks by himself.
    private static final long LONGEST_MILLIS = TimeUnit.SECONDS.toMillis(1);

    private static final long NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    private final Kernel32 kernel;
    private final Arena region;
    private final String section;
    private final Owner owner;
    private final ConcurrentMap<Long, MemorySegment> made = new ConcurrentHashMap<>();

    /// @param region closes them
    /// @param section the name that theirs start with
    Events(Kernel32 kernel, Arena region, String section, Owner owner) {
        this.kernel = kernel;
        this.region = region;
        this.section = section;
        this.owner = owner;
    }

    @Override
    public Parker at(MemorySegment word, long offset) {
        return new EventParker(word, offset, this);
    }

    /// The event of a word, which the first process that needs it makes.
    ///
    /// @return [MemorySegment#NULL], once and for all, if the system refuses, or it is not this user's: who waits looks by himself
    MemorySegment at(long offset) {
        return made.computeIfAbsent(offset, this::make);
    }

    private MemorySegment make(long offset) {
        try {
            MemorySegment event = kernel.createEvent(section + "-ev" + Long.toHexString(offset), owner.sddl(), region);
            return kernel.owner(event).equals(owner.sid()) ? event : MemorySegment.NULL;
        } catch (Kernel32.Failed e) {
            return MemorySegment.NULL;
        }
    }

    void await(MemorySegment event, long nanos) {
        if (event.equals(MemorySegment.NULL)) {
            LockSupport.parkNanos(Math.min(nanos, NANOS_PER_MILLI));
        } else {
            kernel.waitForSingleObject(event, (int) Math.min(LONGEST_MILLIS, Math.ceilDiv(nanos, NANOS_PER_MILLI)));
        }
    }

    void signal(MemorySegment event) {
        if (!event.equals(MemorySegment.NULL)) {
            kernel.setEvent(event);
        }
    }
}
