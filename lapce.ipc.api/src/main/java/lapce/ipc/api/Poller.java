package lapce.ipc.api;

import java.io.IOException;
import java.time.Duration;
import java.util.ServiceLoader;
import lapce.ipc.api.spi.PollerProvider;

/// Serves many streams and listeners from one thread, as [java.nio.channels.Selector] does for channels: it runs the
/// actions of those that are ready, and only of those, so a turn costs what is ready and not what is open.
///
/// ```java
/// try (Poller poller = Poller.open(); Listener listener = Ipc.bind("my_ipc")) {
///     poller.add(listener, () -> {
///         Stream stream = listener.tryAccept();
///         Echo echo = new Echo(stream);
///         poller.add(stream, () -> {
///             if (stream.poll(echo, 64) == Stream.END_OF_STREAM) {   // at most 64, so that nobody starves the others
///                 stream.close();
///             }
///         });
///     });
///     for (;;) {
///         poller.await(64, Stream.FOREVER);
///     }
/// }
/// ```
///
/// A stream is *ready* when a message, its end or the end of its peer is there. Its action takes what it wants by methods
/// that do not wait, such as [Stream#poll] and [Framer#poll]; while something is left the stream stays ready and has its
/// next turn after the others. One that has ended stays ready until it is closed, which also removes it.
/// A listener is ready while [Listener#tryAccept()] finds a client, and once more when it was closed, which that then says.
///
/// **Threads.** [#poll] and [#await] are called by one thread at a time, not from an action; it runs the actions and is the
/// receiving thread of the streams. Their sending side may be another thread's, unless [Key#wantRoom] is used. All other
/// methods may be called from any thread, and from actions. What is added by another thread may have its first turn before
/// [#add] has returned.
public interface Poller extends AutoCloseable {
    /// What is done when something is ready. An exception is passed on by [#poll] and [#await]; the rest keeps its turn.
    interface Action {
        /// Takes what is there, without waiting.
        ///
        /// @throws IOException as the stream's methods
        void onReady() throws IOException;
    }

    /// What was added.
    interface Key {
        /// Also runs the action as soon as a message of this length can be sent, for one that [Stream#offer] or
        /// [Stream#tryClaim] had no room for. Holds until the action's next run, for whatever reason, which may ask again. Only
        /// from an action of this poller; not for listeners.
        ///
        /// @param length bytes of the message, at most [Stream#maxClaimLength()]
        /// @throws IOException if the stream is closed, or its bytes are impossible
        void wantRoom(int length) throws IOException;

        /// Removes it; its action does not begin again. Called from another thread while [Poller#poll] or [Poller#await] is under
        /// way, the stream is the poller's until that has returned. A second call does nothing.
        void cancel();
    }

    /// Opens a poller that waits by the default strategy.
    ///
    /// @return the poller, which the caller closes
    /// @throws IllegalStateException if no module provides one
    static Poller open() {
        return open(WaitStrategy.DEFAULT);
    }

    /// Opens a poller.
    ///
    /// @param strategy how [#await] waits
    /// @return the poller, which the caller closes
    /// @throws IllegalStateException if no module provides one
    static Poller open(WaitStrategy strategy) {
        return ServiceLoader.load(PollerProvider.class, Poller.class.getClassLoader())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no poller found: add a module such as lapce.ipc.shm"))
                .open(strategy);
    }

    /// Adds a stream, which from now on is received from by this poller's actions only. One that is closed, now or later, is
    /// never ready.
    ///
    /// @param stream of a transport that this poller serves
    /// @param action run when the stream is ready
    /// @return its key
    /// @throws IllegalArgumentException if the stream is of another kind, or is in a poller already
    /// @throws IllegalStateException if this poller is closed
    Key add(Stream stream, Action action);

    /// Adds a listener.
    ///
    /// @param listener of a transport that this poller serves
    /// @param action run when the listener is ready
    /// @return its key
    /// @throws IllegalArgumentException if the listener is of another kind, or is in a poller already
    /// @throws IllegalStateException if this poller is closed
    Key add(Listener listener, Action action);

    /// Runs the actions of what is ready now, in the order in which it became so.
    ///
    /// @param limit how many actions at most, at least 1
    /// @return how many were run
    /// @throws IllegalStateException if this poller is closed
    /// @throws IOException what an action threw
    int poll(int limit) throws IOException;

    /// Waits until something is ready, then does as [#poll].
    ///
    /// @param limit how many actions at most, at least 1
    /// @param timeout how long to wait; one too large for nanoseconds is no limit
    /// @return how many were run; 0 if the time is up or [#wakeUp()] was called
    /// @throws IllegalStateException if this poller is or gets closed
    /// @throws java.io.InterruptedIOException if the thread is interrupted; its interrupt status stays set
    /// @throws IOException what an action threw
    int await(int limit, Duration timeout) throws IOException;

    /// Lets the waiting [#await], or else the next one, return. Any thread.
    void wakeUp();

    /// Removes everything as [Key#cancel()] does, and ends [#await]; streams and listeners stay open. A second close does
    /// nothing.
    @Override
    void close();
}
