package lapce.ipc.shm;

import lapce.ipc.shm.layout.ControlLayout;

/// Wakes the leader of one process: steps n4 and n5.
final class Bell {
    private final ControlRegion control;
    private final long line;
    private final long ready;
    private final Parker parker;

    private Bell(ControlRegion control, long line, long ready) {
        this.control = control;
        this.line = line;
        this.ready = ready;
        this.parker = control.parker(line);
    }

    static Bell ofServer(ControlRegion control) {
        return new Bell(control, ControlLayout.SERVER, ControlLayout.SERVER_READY);
    }

    static Bell ofClient(ControlRegion control, int line) {
        return new Bell(control, ControlLayout.client(line), ControlLayout.CLIENT_READY);
    }

    /// Tells the leader to look at a slot. Ready bits are hints: one too many costs one look. The wake is unconditional once
    /// `waiting` is seen, so that a waker that dies here loses nobody's wake but its own.
    void ring(int slot) {
        control.addReady(ready, slot); // n4; pairs with takeReady in Leader, and is a full fence
        if (control.isWaitingVolatile(line)) { // n5; pairs with waitingVolatile and the fence behind it in Leader
            parker.unpark();
        }
    }

    /// Tells the leader to look around. No bit would tell a leader that is about to park, so the permit must.
    void ring() {
        parker.unpark();
    }
}
