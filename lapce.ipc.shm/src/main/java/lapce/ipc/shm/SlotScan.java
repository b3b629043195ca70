package lapce.ipc.shm;

/// The net under wake-ups for slots: what stands as it stood at the last scan, but should not, was told by nobody. For the
/// leader's thread.
final class SlotScan {
    private final Rescues rescues;
    private final long[] seen; // slot words at the last scan

    SlotScan(Rescues rescues, int slots) {
        this.rescues = rescues;
        this.seen = new long[slots];
    }

    /// @param isDue whether something should have been done about the word
    /// @return true if a wake-up was missed
    boolean isMissed(int slot, long word, boolean isDue) {
        boolean missed = isDue && word == seen[slot];
        seen[slot] = word;
        if (missed) {
            rescues.add("the server, slot=" + slot + ", word=0x" + Long.toHexString(word));
        }
        return missed;
    }
}
