package lapce.ipc.shm.windows;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import lapce.ipc.shm.Parker;
import org.jspecify.annotations.Nullable;

/// A count of wakes in shared memory, beside an event on which the sleeper waits: the system can wait at no address that two processes share.
/// The event only ends a sleep, the count decides; a signal that nobody waited for ends the next sleep for nothing.
final class EventParker implements Parker {
    private static final VarHandle COUNT = ValueLayout.JAVA_INT.varHandle().withInvokeExactBehavior();

    private final MemorySegment word;
    private final long offset;
    private final Events events;
    private @Nullable MemorySegment known; // the event, once it was needed; any thread may find it first

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
        events.await(event, nanos);
        return wakes() != seen;
    }

    @Override
    public void unpark() {
        int ignored = (int) COUNT.getAndAdd(word, 0L, 1); // pairs with getVolatile in wakes
        events.signal(event());
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
