package lapce.ipc.shm;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import lapce.ipc.api.IpcException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Ends what is still open when the process ends in order (`System.exit`, SIGTERM, the last thread's end), so that
/// nothing stays behind. After a kill, the next `bind` does it.
///
/// Who makes something does so between [#begin()] and [#done()], and registers its ending in between: the end of the
/// process waits for that moment, and afterwards nothing new begins.
final class AtExit {
    private static final Logger LOG = LoggerFactory.getLogger(AtExit.class);
    private static final Set<Runnable> ENDINGS = ConcurrentHashMap.newKeySet();
    private static final ReadWriteLock MAKING = new ReentrantReadWriteLock();
    private static boolean ending; // guarded by MAKING

    static {
        try {
            Runtime.getRuntime().addShutdownHook(new Thread(AtExit::end, "lapce-ipc exit"));
        } catch (IllegalStateException e) { // so says the method when the process is ending already
            ending = true;
        }
    }

    private AtExit() {}

    /// Followed by [#done()] in a `finally`, within the same thread.
    static void begin() throws IpcException {
        MAKING.readLock().lock();
        if (ending) {
            MAKING.readLock().unlock();
            throw new IpcException("the process is ending; nothing can be bound or connected any more");
        }
    }

    static void done() {
        MAKING.readLock().unlock();
    }

    static void run(Runnable ending) {
        ENDINGS.add(ending);
    }

    static void forget(Runnable ending) {
        ENDINGS.remove(ending);
    }

    private static void end() {
        MAKING.writeLock().lock();
        try {
            ending = true;
        } finally {
            MAKING.writeLock().unlock();
        }
        ENDINGS.forEach(AtExit::end);
    }

    /// One that fails must not keep the others from their end.
    private static void end(Runnable ending) {
        try {
            ending.run();
        } catch (RuntimeException | Error e) {
            LOG.error("something stays behind", e);
        }
    }
}
