package lapce.ipc.shm;

import java.lang.foreign.MemorySegment;

/// Memory that two processes see.
public interface Region extends AutoCloseable {
    /// The memory, aligned to a page.
    ///
    /// @return a segment that any thread may use until [#close]
    MemorySegment memory();

    /// Where a process can be waited for: the same offset is the same count of wakes in every process.
    ///
    /// @param offset of a 4-byte word, a multiple of 4, that nothing else uses
    /// @return the count, and a place to sleep
    Parker parker(long offset);

    /// Gives the memory back, here. Twice does nothing. Later use of [#memory()] throws [IllegalStateException] or, where
    /// the memory is the process's own, does no harm.
    @Override
    void close();
}
