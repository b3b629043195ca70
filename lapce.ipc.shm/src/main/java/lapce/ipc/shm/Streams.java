package lapce.ipc.shm;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The open streams of one endpoint in this process, by slot. Any thread.
final class Streams {
    private final AtomicReferenceArray<@Nullable ShmStream> bySlot;

    Streams(int slots) {
        this.bySlot = new AtomicReferenceArray<>(slots);
    }

    /// Null if there is none, or no such slot.
    @Nullable ShmStream at(int slot) {
        return slot < bySlot.length() ? bySlot.get(slot) : null;
    }

    void put(ShmStream stream) {
        bySlot.set(stream.slot(), stream);
    }

    void remove(int slot) {
        bySlot.set(slot, null);
    }

    void forEach(Consumer<ShmStream> action) {
        for (int slot = 0; slot < bySlot.length(); slot++) {
            ShmStream stream = bySlot.get(slot);
            if (stream != null) {
                action.accept(stream);
            }
        }
    }
}
