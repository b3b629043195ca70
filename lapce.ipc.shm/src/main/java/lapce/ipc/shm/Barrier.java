package lapce.ipc.shm;

/// A memory barrier on every processor that runs a thread of a process that has one of these. The one who is about to sleep makes it, which
/// is seldom, and those who might wake him need no fence of their own, which would be often (ADR 15).
public interface Barrier {
    /// Makes it. When this returns, each such thread has passed a full fence since the call began, or does not run; but for one on a processor that the
    /// system has missed, as Linux may (ADR 18), so look once more a little later. Any thread.
    ///
    /// @throws AssertionError if the system refuses, though it has made one before
    void make();
}
