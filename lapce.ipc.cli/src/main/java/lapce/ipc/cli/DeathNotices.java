package lapce.ipc.cli;

/// What a process of `bench death` says of its streams: the clock when each one's reader learnt that the peer is gone.
@SuppressWarnings("ArrayRecordComponent") // written and read as a report, and never compared
record DeathNotices(long[] nanoTimes) {
    /// Asks for it; the number of streams follows.
    static final String ORDER = "gone ";

    static int count(String order) {
        return Integer.parseInt(order.substring(ORDER.length()));
    }
}
