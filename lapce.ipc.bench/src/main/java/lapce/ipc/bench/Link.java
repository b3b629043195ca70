package lapce.ipc.bench;

import java.io.IOException;

/// One end of a connection, as a system's own guide says to use it. A sender has its payload in memory of its own, and a receiver ends
/// with it in memory of its own, whatever lies between. One thread.
interface Link extends AutoCloseable {
    /// What a receiver does with a message.
    interface Sink {
        /// One message, which is in this process's own memory.
        ///
        /// @param head its [Head]
        /// @param length its bytes, of which the head is the first eight
        void message(long head, int length);
    }

    /// Sends a message, and waits for room as the system does.
    void send(long head, int length) throws IOException;

    /// Receives at least one message, and waits for it as the system does.
    ///
    /// @param limit how many at the most; a system may not keep to it if more came at once
    void receive(Sink sink, int limit) throws IOException;

    @Override
    void close() throws IOException;
}
