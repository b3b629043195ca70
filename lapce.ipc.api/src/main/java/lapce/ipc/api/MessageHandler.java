package lapce.ipc.api;

import java.lang.foreign.MemorySegment;

/// Receives messages where they lie. Three parameters instead of a slice, because a slice costs 40 bytes a message.
@FunctionalInterface
public interface MessageHandler {
    /// Handles one message. The bytes are valid until this returns; the peer may change them meanwhile, so copy what
    /// must be checked before it is used.
    ///
    /// @param segment the memory the message lies in
    /// @param offset where it starts
    /// @param length how many bytes it has
    void onMessage(MemorySegment segment, long offset, int length);
}
