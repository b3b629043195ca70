package lapce.ipc.shm;

import lapce.ipc.shm.layout.ArmedWord;
import lapce.ipc.shm.layout.RingLayout;

/// How the two sides of one direction wake each other.
///
/// @param peer the leader of the peer's process
/// @param slot the connection's slot
/// @param consumer where the consumer parks by itself
/// @param producer where the producer does
record Wakes(Bell peer, int slot, Parker consumer, Parker producer) {
    /// For the direction whose words start at the offset.
    static Wakes of(Bell peer, int slot, Region region, long direction) {
        return new Wakes(
                peer,
                slot,
                region.parker(direction + RingLayout.DATA_PERMIT),
                region.parker(direction + RingLayout.SPACE_PERMIT));
    }

    /// Steps n4 and n5: wakes who has armed this word, where he waits.
    void wake(int armed, Parker parker) {
        if (ArmedWord.isDirect(armed)) {
            parker.unpark();
        } else {
            ringPeer();
        }
    }

    /// Tells the peer's leader to look at the slot.
    void ringPeer() {
        peer.ring(slot);
    }
}
