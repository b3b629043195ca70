package lapce.ipc.shm;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Ends what is still open when the process ends in order (`System.exit`, SIGTERM, the last thread's end), so that
/// nothing stays behind. After a kill, the next `bind` does it.
final class AtExit {
    private static final Logger LOG = LoggerFactory.getLogger(AtExit.class);
    private static final Set<Runnable> ENDINGS = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> ENDINGS.forEach(AtExit::end), "lapce-ipc exit"));
    }

    /// One that fails must not keep the others from their end.
    private static void end(Runnable ending) {
        try {
            ending.run();
        } catch (RuntimeException | Error e) {
            LOG.error("something stays behind", e);
        }
    }

    private AtExit() {}

    static void run(Runnable ending) {
        ENDINGS.add(ending);
    }

    static void forget(Runnable ending) {
        ENDINGS.remove(ending);
    }
}
