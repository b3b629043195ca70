package lapce.ipc.shm;

import lapce.ipc.api.OutOfSharedMemoryException;

/// Threads that nobody waits for when the process ends.
final class Threads {
    private Threads() {}

    static void startDaemon(String name, Runnable task) throws OutOfSharedMemoryException {
        start(Thread.ofPlatform().daemon().name(name).unstarted(task));
    }

    /// The system may refuse one, which the JVM says by an error that is not about memory.
    static void start(Thread thread) throws OutOfSharedMemoryException {
        try {
            thread.start();
        } catch (OutOfMemoryError e) {
            OutOfSharedMemoryException refused = new OutOfSharedMemoryException("no thread left: name=" + thread.getName() + ": "
                    + e.getMessage() + "; end some threads, or allow more: ulimit -u, or the limit of the container");
            refused.initCause(e);
            throw refused;
        }
    }
}
