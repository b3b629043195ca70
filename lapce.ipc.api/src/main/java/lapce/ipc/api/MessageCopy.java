package lapce.ipc.api;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// Keeps a copy of one message.
final class MessageCopy implements MessageHandler {
    private byte @Nullable [] bytes;

    @Override
    public void onMessage(MemorySegment segment, long offset, int length) {
        bytes = new byte[length];
        MemorySegment.copy(segment, JAVA_BYTE, offset, bytes, 0, length);
    }

    byte @Nullable [] bytes() {
        return bytes;
    }
}
