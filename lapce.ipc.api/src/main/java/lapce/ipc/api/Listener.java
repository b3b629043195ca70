package lapce.ipc.api;

import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A bound name that hands out a [Stream] for each client that connects. All methods may be called from any thread.
public interface Listener extends AutoCloseable {
    /// The name this listener has bound, without scheme.
    ///
    /// @return the name
    String endpoint();

    /// Waits for the next client, without limit.
    ///
    /// @return the stream, which the caller closes
    /// @throws ClosedException if the listener is or gets closed
    /// @throws java.io.InterruptedIOException if the thread is interrupted; its interrupt status stays set
    Stream accept() throws IOException;

    /// Waits for the next client.
    ///
    /// @param timeout how long to wait at most; zero looks once
    /// @return the stream, which the caller closes
    /// @throws WouldBlockException if no client came in time
    /// @throws ClosedException if the listener is or gets closed
    /// @throws java.io.InterruptedIOException if the thread is interrupted; its interrupt status stays set
    Stream accept(Duration timeout) throws IOException;

    /// Takes the next client if one is there now.
    ///
    /// @return the stream, which the caller closes, or null if none is there
    /// @throws ClosedException if the listener is closed
    @Nullable Stream tryAccept() throws IOException;

    /// How many wake-ups a slow safety net had to make up for. Anything but 0 is a defect of the transport, worth a report, unless
    /// somebody has written over its shared memory.
    ///
    /// @return a count since the name was bound
    long rescuedWakeUps();

    /// Gives up the name, so that others may bind it, and refuses clients not yet accepted, as if the server had closed their
    /// streams or died. Streams that were accepted live on. A second close does nothing.
    @Override
    void close();
}
