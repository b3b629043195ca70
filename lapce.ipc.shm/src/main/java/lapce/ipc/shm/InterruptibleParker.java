package lapce.ipc.shm;

import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.nio.channels.spi.AbstractSelector;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A place in the kernel where a platform thread parks, from which `Thread.interrupt()` wakes it too, which a native call by
/// itself ignores. `AbstractSelector` is the one class by which the JDK lets others hear of an interrupt: between `begin` and
/// `end` it calls [#wakeup()]. Nothing is selected here. One thread at a time parks; any thread wakes it.
final class InterruptibleParker extends AbstractSelector {
    private static final Logger LOG = LoggerFactory.getLogger(InterruptibleParker.class);

    /// Nobody can be woken at memory that was truncated, so a sleeper touches it now and then.
    private static final long TOUCH_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Parker parker;

    InterruptibleParker(Parker parker) {
        super(null);
        this.parker = parker;
    }

    /// As [Parker#wakes()].
    int wakes() {
        return parker.wakes();
    }

    /// As [Parker#park]; it also returns when the thread is interrupted, which it stays.
    ///
    /// @return false if the time is up
    /// @throws InternalError if the memory was truncated
    boolean park(int seen, long nanos) {
        try {
            begin();
            long start = System.nanoTime();
            boolean woken = false;
            for (long left = nanos; left > 0 && !woken; left = left(nanos, start)) {
                woken = parker.park(seen, Math.min(left, TOUCH_NANOS));
            }
            return woken;
        } finally {
            end();
        }
    }

    private static long left(long nanos, long start) {
        return nanos == Long.MAX_VALUE ? nanos : nanos - (System.nanoTime() - start);
    }

    /// From whoever brings something, from the interrupting thread, or from the own one if it was interrupted before. None of
    /// them is to blame if the memory is gone, and the sleeper finds that himself.
    @Override
    public Selector wakeup() {
        try {
            parker.unpark();
        } catch (IllegalStateException | InternalError e) {
            LOG.debug("nobody can be woken any more", e);
        }
        return this;
    }

    @Override
    protected void implCloseSelector() {}

    @Override
    protected SelectionKey register(AbstractSelectableChannel channel, int operations, Object attachment) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Set<SelectionKey> keys() {
        return Set.of();
    }

    @Override
    public Set<SelectionKey> selectedKeys() {
        return Set.of();
    }

    @Override
    public int selectNow() {
        throw new UnsupportedOperationException();
    }

    @Override
    public int select(long timeout) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int select() {
        throw new UnsupportedOperationException();
    }
}
