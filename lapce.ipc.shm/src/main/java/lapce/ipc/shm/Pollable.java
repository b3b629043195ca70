package lapce.ipc.shm;

import java.io.IOException;

/// What a [ShmPoller] can watch. All but [#watcher] and [#place] is called by the poller's thread only.
interface Pollable {
    /// Who is told, from any thread, that there may be something.
    Watcher watcher();

    /// Where a poller may park for the streams of its endpoint. Any thread.
    PollerPlace place();

    /// Whether something is there. Must not check what it reads.
    boolean isReady();

    /// Steps w2 and w3: from now on the bell tells, once, what comes.
    ///
    /// @param told `ArmedWord.LEADER`, or `POLLER` if the poller parks at [#place()]
    /// @return false, with nothing armed, if something is there already
    boolean arm(int told);

    /// Undoes [#arm].
    void disarm();

    /// Undoes [#armRoom()].
    void disarmRoom();

    /// Says what room is wanted.
    ///
    /// @param length bytes of the message that found none
    /// @throws IOException if it is closed, or its bytes are impossible
    void wantRoom(int length) throws IOException;

    /// As [#arm], by the leader, for the room that is wanted.
    boolean armRoom();

    /// Whether the room that is wanted is there.
    boolean hasRoom();

    boolean isOpen();
}
