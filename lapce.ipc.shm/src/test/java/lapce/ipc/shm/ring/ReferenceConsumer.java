package lapce.ipc.shm.ring;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import lapce.ipc.shm.layout.RecordHeader;

/// What the page on shared memory says of a consumer, once more and slowly.
final class ReferenceConsumer {
    private final MemorySegment records;
    private final long maxMessageLength;

    private long position;
    private ByteArrayOutputStream fragments; // null while no message is unfinished
    private byte[] message; // complete, and not asked for yet

    ReferenceConsumer(MemorySegment records, int maxMessageLength) {
        this.records = records;
        this.maxMessageLength = maxMessageLength;
    }

    long position() {
        return position;
    }

    /// Whether no record is published here.
    boolean isEmpty() {
        return records.get(JAVA_LONG, Math.floorMod(position, records.byteSize())) == 0;
    }

    long joined() {
        return fragments == null ? 0 : fragments.size();
    }

    /// The message that the last record completed, or null.
    byte[] takeMessage() {
        byte[] taken = message;
        message = null;
        return taken;
    }

    /// What is wrong with the next record as it stands now, or null.
    String fault() {
        if (isEmpty()) {
            return null;
        }
        long index = Math.floorMod(position, records.byteSize());
        long length = records.get(JAVA_INT, index);
        int kind = records.get(JAVA_INT, index + 4) & ~RecordHeader.ABANDON;
        boolean abandons = (records.get(JAVA_INT, index + 4) & RecordHeader.ABANDON) != 0;
        boolean unfinished = fragments != null && !abandons;
        if (length < 0 || index + 8 + length > records.byteSize()) {
            return "length";
        }
        return switch (kind) {
            case RecordHeader.PADDING -> index + rounded(length) == records.byteSize() ? null : "padding";
            case RecordHeader.MESSAGE -> unfinished ? "order" : length > maxMessageLength ? "long" : null;
            case RecordHeader.FIRST -> unfinished ? "order" : length > maxMessageLength ? "long" : null;
            case RecordHeader.MIDDLE, RecordHeader.LAST ->
                !unfinished ? "order" : fragments.size() + length > maxMessageLength ? "long" : null;
            default -> "kind";
        };
    }

    /// Consumes the next record, which has no fault.
    void take() {
        long index = Math.floorMod(position, records.byteSize());
        int length = records.get(JAVA_INT, index);
        int kind = records.get(JAVA_INT, index + 4);
        if ((kind & RecordHeader.ABANDON) != 0) {
            fragments = null;
        }
        kind &= ~RecordHeader.ABANDON;
        position += rounded(length);
        if (kind == RecordHeader.PADDING) {
            return;
        }
        if (fragments == null) {
            fragments = new ByteArrayOutputStream();
        }
        fragments.writeBytes(records.asSlice(index + 8, length).toArray(JAVA_BYTE));
        if (kind == RecordHeader.MESSAGE || kind == RecordHeader.LAST) {
            message = fragments.toByteArray();
            fragments = null;
        }
    }

    private static long rounded(long length) {
        return 8 + (length + 7) / 8 * 8;
    }
}
