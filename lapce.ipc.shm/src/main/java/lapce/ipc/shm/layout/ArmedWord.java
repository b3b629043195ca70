package lapce.ipc.shm.layout;

/// What a side that waits says in its armed word: a number in the upper 30 bits, new for each wait, and in the lower two who
/// shall be told. A side that waits for room is always told by the leader.
public final class ArmedWord {
    /// The side does not wait.
    public static final int AWAKE = 0;

    /// The side does not wait, and before it looks for the last time and sleeps it makes a memory barrier on all processors: who brings
    /// something needs no fence before he reads this word, if he takes part in such barriers.
    public static final int BUSY = 3;

    /// The leader of its process.
    public static final int LEADER = 0;

    /// Its thread itself, which is parked at its count of the slot.
    public static final int DIRECT = 1;

    /// The poller of its process, which is parked at the poller's count of the process's line.
    public static final int POLLER = 2;

    private static final int BITS = 2;
    private static final int MOST_NUMBER = (1 << Integer.SIZE - BITS) - 1;

    private ArmedWord() {}

    /// Packs a word.
    ///
    /// @param number of the wait, not 0 modulo 2³⁰
    /// @param told [#LEADER], [#DIRECT] or [#POLLER]
    /// @return the word, never [#AWAKE]
    public static int of(int number, int told) {
        return number << BITS | told;
    }

    /// The number after another one.
    ///
    /// @param number 0 to 2³⁰ - 1
    /// @return 1 to 2³⁰ - 1
    public static int next(int number) {
        return number == MOST_NUMBER ? 1 : number + 1;
    }

    /// Whether the side waits.
    ///
    /// @param word the word
    /// @return false for [#AWAKE] and [#BUSY]
    public static boolean isArmed(int word) {
        return word >>> BITS != 0;
    }

    /// Who shall be told.
    ///
    /// @param word the word
    /// @return [#LEADER], [#DIRECT] or [#POLLER], or 3, unchecked
    public static int told(int word) {
        return word & (1 << BITS) - 1;
    }
}
