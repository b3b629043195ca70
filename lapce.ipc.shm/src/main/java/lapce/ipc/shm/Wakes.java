package lapce.ipc.shm;

import lapce.ipc.shm.layout.ArmedWord;
import lapce.ipc.shm.layout.ControlLayout;
import org.jspecify.annotations.Nullable;

/// How one end of a connection wakes the other, and is woken. All words are of the control region, which outlives every
/// connection: a late wake finds memory, and at worst wakes the slot's next owner for nothing.
///
/// @param slot the connection's
/// @param leader of the peer's process
/// @param poller of the peer's process
/// @param peers where the peer's receiving thread parks by itself
/// @param own where this end's does
/// @param place where this process's poller does
/// @param barrier of this process, or null
record Wakes(int slot, Bell leader, Bell poller, Parker peers, Parker own, PollerPlace place, @Nullable Barrier barrier) {
    static Wakes ofClient(ControlRegion control, int slot, PollerPlace place, @Nullable Barrier barrier) {
        return new Wakes(
                slot,
                Bell.of(control, Place.SERVER_LEADER),
                Bell.of(control, Place.SERVER_POLLER),
                control.parker(ControlLayout.serverWakes(slot)),
                control.parker(ControlLayout.clientWakes(slot)),
                place,
                barrier);
    }

    static Wakes ofServer(ControlRegion control, int slot, int line, PollerPlace place, @Nullable Barrier barrier) {
        return new Wakes(
                slot,
                Bell.of(control, Place.clientLeader(line)),
                Bell.of(control, Place.clientPoller(line)),
                control.parker(ControlLayout.clientWakes(slot)),
                control.parker(ControlLayout.serverWakes(slot)),
                place,
                barrier);
    }

    /// Steps n4 and n5 for data: tells whom the armed word names.
    void wake(int armed) {
        switch (ArmedWord.told(armed)) {
            case ArmedWord.DIRECT -> peers.unpark();
            case ArmedWord.POLLER -> poller.ring(slot);
            default -> ring();
        }
    }

    /// This end was not woken for what came.
    void missed(String side) {
        place.rescues().add(side + ", slot=" + slot);
    }

    /// Tells the peer's leader to look at the slot.
    void ring() {
        leader.ring(slot);
    }
}
