package lapce.ipc.shm;

/// A count of wakes in a word that two processes share, and a place to sleep until it changes: an eventcount (Reed and Kanodia,
/// 1979). Nobody takes anything from it, so a sleeper that wakes late, at a word that has another user by then, harms nobody.
/// Each object is for one sleeping thread at a time, and any number of wakers.
public interface Parker {
    /// How many wakes there have been, modulo 2³². Read before the last look at what is waited for.
    ///
    /// @return the count
    int wakes();

    /// Sleeps until the count differs. Blocks in the system, so it must be a platform thread. May also return for no reason.
    ///
    /// @param seen what [#wakes()] said before
    /// @param nanos how long to sleep at most, positive
    /// @return true if the count differs
    boolean park(int seen, long nanos);

    /// Counts one more, and wakes who sleeps there. Any thread, any process.
    void unpark();
}
