package lapce.ipc.shm;

/// Faults of memory that a peer has truncated. The JVM goes on behind such an access and throws the `InternalError` where it
/// next looks for pending exceptions: at the return of some method, by then outside of the `try` that was meant for it.
/// At the return of a native method it always looks.
final class Faults {
    private Faults() {}

    /// Throws the error of an access before this, if there was a fault: the last statement of a `try`.
    static void surface() {
        boolean ignored = Thread.holdsLock(Faults.class); // for its being native
    }

    /// Forgets what is still to be thrown, when the first fault is being dealt with.
    static void absorb() {
        try {
            surface();
        } catch (InternalError e) {
            // the same news once more
        }
    }
}
