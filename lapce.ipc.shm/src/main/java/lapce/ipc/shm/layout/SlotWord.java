package lapce.ipc.shm.layout;

/// The word of one slot: generation in the upper 32 bits, the owner's line in the next 16, state in the low 16. All
/// changes compare the whole word, so a late change by an earlier owner fails. Only the server writes [#FREE].
public final class SlotWord {
    /// Nobody's.
    public static final int FREE = 0;

    /// Its owner is creating the region.
    public static final int CLAIMED = 1;

    /// The region is there; the client may send.
    public static final int OPEN = 2;

    /// The server has opened the region.
    public static final int ACCEPTED = 3;

    /// The server is creating the region ahead of need; no client may claim the slot meanwhile.
    public static final int WARMING = 4;

    /// Bit: the client is done with it.
    public static final int CLIENT_DONE = 0x10;

    /// Bit: the server is done with it.
    public static final int SERVER_DONE = 0x20;

    /// Bit: the region was made by the server ahead of need. A client that makes another one clears it.
    public static final int WARM = 0x40;

    private static final int STAGE = 0x0f;

    private SlotWord() {}

    /// Packs a word.
    ///
    /// @param generation counts the slot's owners, modulo 2³²
    /// @param line the owner's line
    /// @param state stage and bits
    /// @return the word
    public static long of(int generation, int line, int state) {
        return (long) generation << 32 | (line & 0xffffL) << 16 | state & 0xffffL;
    }

    /// The generation in a word.
    ///
    /// @param word the word
    /// @return the generation
    public static int generation(long word) {
        return (int) (word >>> 32);
    }

    /// The owner's line in a word.
    ///
    /// @param word the word
    /// @return 0 to 65,535, unchecked
    public static int line(long word) {
        return (int) (word >>> 16) & 0xffff;
    }

    /// The stage in a word.
    ///
    /// @param word the word
    /// @return [#FREE] to [#WARMING], unchecked
    public static int stage(long word) {
        return (int) word & STAGE;
    }

    /// Whether a bit is set in a word.
    ///
    /// @param word the word
    /// @param bit [#CLIENT_DONE], [#SERVER_DONE] or [#WARM]
    /// @return true if it is
    public static boolean has(long word, int bit) {
        return (word & bit) != 0;
    }

    /// The word after its stage moved on.
    ///
    /// @param word the word
    /// @param stage the new stage
    /// @return the same generation, line and bits
    public static long withStage(long word, int stage) {
        return word & ~(long) STAGE | stage;
    }

    /// The word without a bit.
    ///
    /// @param word the word
    /// @param bit [#CLIENT_DONE], [#SERVER_DONE] or [#WARM]
    /// @return the same generation, line, stage and other bits
    public static long without(long word, int bit) {
        return word & ~(long) bit;
    }
}
