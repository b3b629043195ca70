package queue;

import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/// What was sent to one end and not yet received there. Used behind the gate, which hears of every change.
final class Inbox {
    private static final int HEADER_BYTES = 8; // so that empty messages fill a ring, too

    /// A message, or a part of a long one.
    private record Fragment(byte[] bytes, boolean isLast) {
        int ringBytes() {
            return HEADER_BYTES + bytes.length;
        }
    }

    private final Deque<Fragment> fragments = new ArrayDeque<>();
    private final ByteArrayOutputStream taken = new ByteArrayOutputStream(); // of a message that is not whole yet
    private final Gate gate;
    private final int ringBytes;
    private int bytes;
    private long removed;

    Inbox(Gate gate, int ringBytes) {
        this.gate = gate;
        this.ringBytes = ringBytes;
    }

    boolean isEmpty() {
        return fragments.isEmpty();
    }

    boolean hasRoom(int length) {
        return bytes + HEADER_BYTES + length <= ringBytes;
    }

    /// How many fragments were ever removed: whoever waits for room looks at it.
    long removed() {
        return removed;
    }

    void put(byte[] message, int from, int to) {
        Fragment fragment = new Fragment(Arrays.copyOfRange(message, from, to), to == message.length);
        fragments.add(fragment);
        bytes += fragment.ringBytes();
        gate.tell();
    }

    /// The next message, or null if none is whole. Its room stays taken until [#remove()].
    byte[] next() {
        while (!fragments.isEmpty()) {
            taken.writeBytes(fragments.element().bytes());
            if (fragments.element().isLast()) {
                byte[] message = taken.toByteArray();
                taken.reset();
                return message;
            }
            remove();
        }
        return null;
    }

    void remove() {
        bytes -= fragments.remove().ringBytes();
        removed++;
        gate.tell();
    }

    /// Takes back what was put of a message without end.
    void forgetUnfinished() {
        while (!fragments.isEmpty() && !fragments.getLast().isLast()) {
            bytes -= fragments.removeLast().ringBytes();
        }
        if (fragments.isEmpty()) { // else it is of an earlier one
            taken.reset();
        }
    }
}
