package lapce.ipc.shm;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Who is told, besides the threads that wait, that there may be something. Any thread.
final class Watcher {
    private final AtomicReference<@Nullable Runnable> bell = new AtomicReference<>();

    /// @return false if somebody is told already
    boolean set(Runnable bell) {
        return this.bell.compareAndSet(null, bell);
    }

    /// Does nothing if another one is told.
    void clear(Runnable bell) {
        this.bell.compareAndSet(bell, null);
    }

    void tell() {
        Runnable told = bell.get();
        if (told != null) {
            told.run();
        }
    }
}
