package lapce.ipc.shm;

import lapce.ipc.shm.layout.ControlLayout;

/// Where one thread parks for many connections, and where it finds which of them it was told of: offsets of the control
/// region. Each process has two on its line, its leader's and its poller's.
///
/// @param wakes the word to park at, a count of wakes
/// @param waiting 1 while it may be parked
/// @param ready bit = slot
record Place(long wakes, long waiting, long ready) {
    static final Place SERVER_LEADER = leader(ControlLayout.SERVER, ControlLayout.SERVER_READY);
    static final Place SERVER_POLLER = poller(ControlLayout.SERVER, ControlLayout.SERVER_POLLER_READY);

    static Place clientLeader(int line) {
        return leader(ControlLayout.client(line), ControlLayout.CLIENT_READY);
    }

    static Place clientPoller(int line) {
        return poller(ControlLayout.client(line), ControlLayout.CLIENT_POLLER_READY);
    }

    private static Place leader(long line, long ready) {
        return new Place(line + ControlLayout.LINE_WAKES, line + ControlLayout.LINE_WAITING, ready);
    }

    private static Place poller(long line, long ready) {
        return new Place(line + ControlLayout.LINE_POLLER_WAKES, line + ControlLayout.LINE_POLLER_WAITING, ready);
    }
}
