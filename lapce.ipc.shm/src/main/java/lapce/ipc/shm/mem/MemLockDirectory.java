package lapce.ipc.shm.mem;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import lapce.ipc.shm.LifeLock;
import lapce.ipc.shm.LockDirectory;
import lapce.ipc.shm.LockWatch;
import org.jspecify.annotations.Nullable;

/// Locks among the threads of one process.
final class MemLockDirectory implements LockDirectory {
    /// One held lock; a file that nobody holds does not exist here.
    private record Held(String note, CountDownLatch released) {}

    private final ConcurrentMap<String, Held> files = new ConcurrentHashMap<>();

    @Override
    public @Nullable LifeLock tryLock(String name, String note) {
        Held held = new Held(note, new CountDownLatch(1));
        if (files.putIfAbsent(name, held) != null) {
            return null;
        }
        return () -> {
            files.remove(name, held);
            held.released.countDown();
        };
    }

    @Override
    public @Nullable LockWatch watch(String name) {
        Held held = files.get(name);
        return held == null ? null : new Watch(held);
    }

    @Override
    public String note(String name) {
        Held held = files.get(name);
        return held == null ? "" : held.note;
    }

    @Override
    public List<String> list() {
        return List.copyOf(files.keySet());
    }

    @Override
    public void delete(String name) {
        files.remove(name);
    }

    @Override
    public void removeIfEmpty() {
        // an empty directory is an empty map
    }

    private record Watch(Held held) implements LockWatch {
        @Override
        public boolean isHeld() {
            return held.released.getCount() > 0;
        }

        @Override
        public String userId() {
            return System.getProperty("user.name");
        }

        @Override
        public void awaitRelease() {
            boolean interrupted = false;
            while (isHeld()) {
                try {
                    held.released.await();
                } catch (InterruptedException e) {
                    interrupted = true; // as a wait in the kernel would, this one ends by the release alone
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void close() {
            // nothing is held by watching
        }
    }
}
