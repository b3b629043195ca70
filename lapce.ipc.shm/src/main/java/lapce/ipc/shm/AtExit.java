package lapce.ipc.shm;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Ends what is still open when the process ends in order (`System.exit`, SIGTERM, the last thread's end), so that
/// nothing stays behind. After a kill, the next `bind` does it.
final class AtExit {
    private static final Set<Runnable> ENDINGS = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> ENDINGS.forEach(Runnable::run), "lapce-ipc exit"));
    }

    private AtExit() {}

    static void run(Runnable ending) {
        ENDINGS.add(ending);
    }

    static void forget(Runnable ending) {
        ENDINGS.remove(ending);
    }
}
