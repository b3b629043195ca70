package lapce.ipc.shm.windows;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import lapce.ipc.shm.Parker;

/// A count of wakes in shared memory, beside an event on which the sleeper waits: the system can wait at no address that two processes share.
/// The event only ends a sleep, the count decides; a signal that nobody waited for ends the next sleep for nothing.
final class EventParker implements Parker {
    private static final VarHandle COUNT = ValueLayout.JAVA_INT.varHandle().withInvokeExactBehavior();

    /// A signal wakes one thread. Should a sleeper be late who had the word before, and take it, the right one looks by himself.
    private static final long LONGEST_MILLIS = TimeUnit.SECONDS.toMillis(1);

    private static final long NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    private final MemorySegment word;
    private final long offset;
    private final Events events;
    private MemorySegment known; // the event, once it was needed; any thread may find it first

    EventParker(MemorySegment word, long offset, Events events) {
        this.word = word;
        this.offset = offset;
        this.events = events;
    }

    @Override
    public int wakes() {
        return (int) COUNT.getVolatile(word, 0L); // pairs with getAndAdd in unpark
    }

    /// The event is there before the count is looked at, so that a waker who counts behind the look signals this very event.
    @Override
    public boolean park(int seen, long nanos) {
        MemorySegment event = event();
        if (wakes() != seen) {
            return true;
        }
        if (event == null) {
            LockSupport.parkNanos(Math.min(nanos, NANOS_PER_MILLI));
        } else {
            events.await(event, (int) Math.min(LONGEST_MILLIS, Math.ceilDiv(nanos, NANOS_PER_MILLI)));
        }
        return wakes() != seen;
    }

    @Override
    public void unpark() {
        int before = (int) COUNT.getAndAdd(word, 0L, 1); // pairs with getVolatile in wakes
        MemorySegment event = event();
        if (event != null) {
            events.signal(event);
        }
    }

    private MemorySegment event() {
        MemorySegment event = known;
        if (event == null) {
            event = events.at(offset);
            known = event;
        }
        return event;
    }
}
