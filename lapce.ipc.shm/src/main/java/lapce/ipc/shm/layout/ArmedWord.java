package lapce.ipc.shm.layout;

/// What a side that waits says in its armed word: a number in the upper 31 bits, new for each wait, and how to wake it in
/// the lowest.
public final class ArmedWord {
    /// The side does not wait.
    public static final int AWAKE = 0;

    /// Bit, for data only: who waits is parked at the permit of its slot, and not told by its process's leader.
    public static final int DIRECT = 1;

    private ArmedWord() {}

    /// Packs a word.
    ///
    /// @param number of the wait, modulo 2³¹; not 0
    /// @param bit [#DIRECT] or 0
    /// @return the word, never [#AWAKE]
    public static int of(int number, int bit) {
        return number << 1 | bit;
    }

    /// Whether a side is woken at the permit of its slot.
    ///
    /// @param word the word
    /// @return true if it is
    public static boolean isDirect(int word) {
        return (word & DIRECT) != 0;
    }
}
