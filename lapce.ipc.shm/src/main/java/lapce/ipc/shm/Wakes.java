package lapce.ipc.shm;

import lapce.ipc.shm.layout.ArmedWord;
import lapce.ipc.shm.layout.ControlLayout;

/// How one end of a connection wakes the other, and is woken. The permits are words of the control region, which outlives
/// every connection: a late wake finds memory, and at worst wakes the slot's next owner for nothing.
///
/// @param peer the leader of the peer's process
/// @param slot the connection's slot
/// @param own where this end's receiving thread parks by itself
/// @param peers where the peer's does
record Wakes(Bell peer, int slot, Parker own, Parker peers) {
    static Wakes ofClient(ControlRegion control, int slot, Bell server) {
        return new Wakes(
                server, slot, control.permit(ControlLayout.clientPermit(slot)), control.permit(ControlLayout.serverPermit(slot)));
    }

    static Wakes ofServer(ControlRegion control, int slot, Bell client) {
        return new Wakes(
                client, slot, control.permit(ControlLayout.serverPermit(slot)), control.permit(ControlLayout.clientPermit(slot)));
    }

    /// Steps n4 and n5 for data: wakes who has armed this word, where he waits.
    void wake(int armed) {
        if (ArmedWord.isDirect(armed)) {
            peers.unpark();
        } else {
            ring();
        }
    }

    /// Tells the peer's leader to look at the slot.
    void ring() {
        peer.ring(slot);
    }
}
