package lapce.ipc.shm;

import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.nio.channels.spi.AbstractSelector;
import java.util.Set;

/// A place in the kernel where a platform thread parks, from which `Thread.interrupt()` wakes it too, which a native call by
/// itself ignores. `AbstractSelector` is the one class by which the JDK lets others hear of an interrupt: between `begin` and
/// `end` it calls [#wakeup()]. Nothing is selected here. One thread at a time parks; any thread unparks.
final class InterruptibleParker extends AbstractSelector {
    private final Parker parker;

    InterruptibleParker(Parker parker) {
        super(null);
        this.parker = parker;
    }

    /// Returns at once if the thread is interrupted, which it stays.
    void park(long nanos) {
        begin();
        try {
            parker.park(nanos);
        } finally {
            end();
        }
    }

    /// From the interrupting thread, or from the own one if it was interrupted before.
    @Override
    public Selector wakeup() {
        parker.unpark();
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
