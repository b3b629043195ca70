package lapce.ipc.api;

import java.lang.foreign.MemorySegment;

/// Room for one message in the ring, between [Stream#tryClaim] and [#commit]. Belongs to the sending thread; the stream
/// reuses the object, so nothing of it may be kept. If the stream is closed meanwhile, writing to the memory may throw
/// [IllegalStateException], and set the thread's interrupt status: the JVM takes the memory away under the write.
public interface Claim {
    /// The memory to write to. Bytes outside [#offset()] … [#offset()] + [#length()] are not the caller's.
    ///
    /// @return the ring's memory
    MemorySegment segment();

    /// Where in [#segment()] the claimed room starts; a multiple of 8.
    ///
    /// @return an offset in bytes
    long offset();

    /// How many bytes were claimed.
    ///
    /// @return a length in bytes
    int length();

    /// Publishes the message.
    ///
    /// @throws IllegalStateException if nothing is claimed
    /// @throws IpcException if the stream was closed meanwhile
    void commit() throws IpcException;

    /// Gives the room back; the peer never sees it.
    ///
    /// @throws IllegalStateException if nothing is claimed
    void abort();
}
