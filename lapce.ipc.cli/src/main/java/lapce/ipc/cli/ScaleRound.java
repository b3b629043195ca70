package lapce.ipc.cli;

/// What the server of a measurement says when all connections have ended a round; sums since its start.
record ScaleRound(long nanoTime, long received, long duplicated, long reordered, long rescued, long sharedMemoryBytes) {}
