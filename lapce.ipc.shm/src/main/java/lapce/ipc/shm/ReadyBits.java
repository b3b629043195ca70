package lapce.ipc.shm;

import java.util.function.IntConsumer;
import java.util.function.IntToLongFunction;
import lapce.ipc.shm.layout.ControlLayout;

/// The bits of one place that are one process's: step l4. For the thread that parks there.
final class ReadyBits {
    private final ControlRegion control;
    private final long ready;
    private final IntToLongFunction mine;

    /// @param mine the bits of one word that are this process's; others' are left alone
    ReadyBits(ControlRegion control, Place place, IntToLongFunction mine) {
        this.control = control;
        this.ready = place.ready();
        this.mine = mine;
    }

    boolean any() {
        for (int word = 0; word < ControlLayout.READY_WORDS; word++) {
            if ((control.readyVolatile(ready, word) & mine.applyAsLong(word)) != 0) {
                return true;
            }
        }
        return false;
    }

    /// Takes them all, and hands out their slots.
    void take(IntConsumer slots) {
        for (int word = 0; word < ControlLayout.READY_WORDS; word++) {
            long own = mine.applyAsLong(word);
            if ((control.readyVolatile(ready, word) & own) == 0) {
                continue;
            }
            for (long bits = control.takeReady(ready, word, own); bits != 0; bits &= bits - 1) { // pairs with addReady in Bell
                slots.accept(word * Long.SIZE + Long.numberOfTrailingZeros(bits));
            }
        }
    }
}
