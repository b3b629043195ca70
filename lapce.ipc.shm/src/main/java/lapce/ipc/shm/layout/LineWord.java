package lapce.ipc.shm.layout;

/// The owner word of a client process's line: generation in the upper half, [#FREE] or [#LIVE] in the lower. The name
/// of the owner's life lock carries the generation.
public final class LineWord {
    /// Nobody's.
    public static final int FREE = 0;

    /// A process holds, or held until it died, the life lock of this line and generation.
    public static final int LIVE = 1;

    private LineWord() {}

    /// Packs a word.
    ///
    /// @param generation counts the line's owners, modulo 2³²
    /// @param state [#FREE] or [#LIVE]
    /// @return the word
    public static long of(int generation, int state) {
        return (long) generation << 32 | state;
    }

    /// The generation in a word.
    ///
    /// @param word the word
    /// @return the generation
    public static int generation(long word) {
        return (int) (word >>> 32);
    }

    /// Whether a process owns the line.
    ///
    /// @param word the word
    /// @return true for [#LIVE]
    public static boolean isLive(long word) {
        return (int) word == LIVE;
    }
}
