package lapce.ipc.shm;

/// Wakes who parks at a place of another process: steps n4 and n5.
final class Bell {
    private final ControlRegion control;
    private final Place place;
    private final Parker parker;

    private Bell(ControlRegion control, Place place) {
        this.control = control;
        this.place = place;
        this.parker = control.parker(place.wakes());
    }

    static Bell of(ControlRegion control, Place place) {
        return new Bell(control, place);
    }

    /// Tells it to look at a slot. Ready bits are hints: one too many costs one look. The wake is unconditional once
    /// `waiting` is seen, so that a waker that dies here loses nobody's wake but its own.
    void ring(int slot) {
        control.addReady(place.ready(), slot); // n4; pairs with takeReady in ReadyBits, and is a full fence
        if (control.isWaitingVolatile(place.waiting())) { // n5; pairs with l1 in Leader, and in PollerPlace and Waiter.park
            parker.unpark();
        }
    }

    /// Tells it to look around. No bit would tell one that is about to park, so the count must.
    void ring() {
        parker.unpark();
    }
}
