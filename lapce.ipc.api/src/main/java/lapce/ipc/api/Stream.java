package lapce.ipc.api;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.channels.ByteChannel;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A full-duplex connection that carries whole messages, in order, each 0 to [#maxMessageLength()] bytes long.
///
/// | | one try, never blocks | waits by the [WaitStrategy] |
/// |---|---|---|
/// | copying | [#offer] | [#send], [#receive()] |
/// | in place | [#tryClaim] | |
/// | in place (receiving) | [#poll] | [#receive(MessageHandler, int)] |
///
/// **Threads.** A stream has a sending and a receiving side; each is used by one thread at a time (any thread, platform
/// or virtual), which an `assert` checks. A virtual thread that waits holds no carrier. [#close] may be called from any thread and
/// ends the waits of both sides; from then on all but the methods that return at once what they know throw [ClosedException].
///
/// **Time-outs** are durations; one too large for nanoseconds, such as [#FOREVER], means no limit.
///
/// **Interrupts.** A waiting method whose thread is interrupted throws [java.io.InterruptedIOException], leaves the
/// interrupt status set, and leaves the stream usable.
///
/// **After the peer has closed** what it had sent can still be received; then comes [#END_OF_STREAM]. What is sent to it fails with
/// [PeerGoneException]. After it died, that comes at the end of receiving, too.
public interface Stream extends AutoCloseable {
    /// What polling and receiving return when the peer closed its output, or the stream, and everything was received.
    int END_OF_STREAM = -1;

    /// A time limit that is never reached.
    Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE);

    /// The endpoint's name, without scheme.
    ///
    /// @return the name
    String endpoint();

    /// The user whose process is the other end, as its operating system writes it: a number on Linux and macOS, a SID on Windows, the
    /// user's name for `mem`. It is the owner of the lock that the kernel holds for that process. Where a group shares the
    /// endpoint ([Options#group()]) its members trust one another in this too.
    ///
    /// @return the id
    String peerUserId();

    /// The longest message that [#tryClaim] and [#offer] take; [#send] cuts longer ones into fragments.
    ///
    /// @return a length in bytes, at least a quarter of the ring's, or [#maxMessageLength()] if that is less
    int maxClaimLength();

    /// The longest message that [#send] takes.
    ///
    /// @return a length in bytes
    int maxMessageLength();

    /// The memory that both directions of this connection take, headers included.
    ///
    /// @return a size in bytes
    long sharedMemoryBytes();

    /// The time limit of [#send(MemorySegment)].
    ///
    /// @return [Options#sendTimeout()]
    Duration sendTimeout();

    /// Claims room for one message in the ring, to be written in place. Sending side; the previous claim must have been
    /// committed or aborted.
    ///
    /// @param length bytes of the message, at most [#maxClaimLength()]
    /// @return the claim, the same object each time, or null if there is no room now
    /// @throws IllegalArgumentException if the length is negative or too large
    /// @throws IllegalStateException if a claim is open or the output was closed
    /// @throws IpcException if the stream is closed, or the peer is gone
    @Nullable Claim tryClaim(int length) throws IpcException;

    /// Sends one message if there is room for it now. Sending side.
    ///
    /// @param message the bytes, at most [#maxClaimLength()], copied before this returns
    /// @return false, with nothing sent, if there is no room now
    /// @throws IllegalArgumentException if the message is too long; its text has the length and the limit
    /// @throws IllegalStateException if a claim is open or the output was closed
    /// @throws IpcException if the stream is closed, or the peer is gone
    boolean offer(MemorySegment message) throws IpcException;

    /// Sends one message, waiting for room by [Options#sendTimeout()].
    ///
    /// @param message the bytes, at most [#maxMessageLength()], copied before this returns
    /// @throws WouldBlockException if for that long the peer made no room; nothing of the message will be received
    /// @throws IllegalArgumentException if the message is too long; its text has the length and the limit
    /// @throws IllegalStateException if a claim is open or the output was closed
    /// @throws IOException if the stream is closed, the peer is gone, or the thread is interrupted
    default void send(MemorySegment message) throws IOException {
        send(message, sendTimeout());
    }

    /// Sends one message, waiting for room.
    ///
    /// @param message the bytes, at most [#maxMessageLength()], copied before this returns
    /// @param timeout how long to wait *without progress*: it starts anew for as long as the peer received something
    /// @throws WouldBlockException if for that long the peer made no room; nothing of the message will be received
    /// @throws IllegalArgumentException if the message is too long; its text has the length and the limit
    /// @throws IllegalStateException if a claim is open or the output was closed
    /// @throws IOException if the stream is closed, the peer is gone, or the thread is interrupted
    default void send(MemorySegment message, Duration timeout) throws IOException {
        send(message, MemorySegment.NULL, timeout);
    }

    /// Sends one message that lies in two places, such as a header and a payload, without joining them first.
    ///
    /// @param head the first bytes of the message
    /// @param body the bytes that follow; both together at most [#maxMessageLength()]
    /// @param timeout how long to wait *without progress*: it starts anew for as long as the peer received something
    /// @throws WouldBlockException if for that long the peer made no room; nothing of the message will be received
    /// @throws IllegalArgumentException if the message is too long; its text has the length and the limit
    /// @throws IllegalStateException if a claim is open or the output was closed
    /// @throws IOException if the stream is closed, the peer is gone, or the thread is interrupted
    void send(MemorySegment head, MemorySegment body, Duration timeout) throws IOException;

    /// Tells the peer that nothing more will be sent. What was sent stays receivable. Sending side; a second call does nothing.
    ///
    /// @throws IllegalStateException if a claim is open
    /// @throws IpcException if the stream is closed
    void closeOutput() throws IpcException;

    /// Waits until the peer has received everything that was sent. Sending side.
    ///
    /// @param timeout how long to wait *without progress*
    /// @throws WouldBlockException if for that long the peer received nothing
    /// @throws PeerGoneException if the peer ended without receiving everything
    /// @throws IOException if the stream is closed, or the thread is interrupted
    void awaitDrained(Duration timeout) throws IOException;

    /// Hands out messages that are there now, where they lie. Receiving side. Of a long one what is there is taken, so that the rest
    /// finds room.
    ///
    /// @param handler called for each message, whose room is free afterwards; an exception it throws is passed on, or is the cause of the
    ///     [ClosedException] if the stream is closed by then, and its message counts as received. It may close the stream, and is then not
    ///     called again
    /// @param limit how many messages at most, at least 1
    /// @return how many messages were handed out, 0 if there is none now, or [#END_OF_STREAM]
    /// @throws IllegalArgumentException if the limit is less than 1
    /// @throws IllegalStateException if called from a handler of this stream
    /// @throws CorruptStreamException if the shared bytes are impossible; the stream is then closed
    /// @throws IpcException if the stream is closed, or the peer is gone and everything was received
    int poll(MessageHandler handler, int limit) throws IpcException;

    /// Waits for messages without limit of time, then hands out those that are there, where they lie. Receiving side.
    ///
    /// @param handler as in [#poll]
    /// @param limit how many messages at most, at least 1
    /// @return how many messages were handed out, at least 1, or [#END_OF_STREAM]
    /// @throws IOException as [#poll], or if the thread is interrupted
    default int receive(MessageHandler handler, int limit) throws IOException {
        return receive(handler, limit, FOREVER);
    }

    /// Waits for messages, then hands out those that are there, where they lie. Receiving side.
    ///
    /// @param handler as in [#poll]
    /// @param limit how many messages at most, at least 1
    /// @param timeout how long to wait for the first message
    /// @return how many messages were handed out, at least 1, or [#END_OF_STREAM]
    /// @throws WouldBlockException if no message came in time
    /// @throws IOException as [#poll], or if the thread is interrupted
    int receive(MessageHandler handler, int limit, Duration timeout) throws IOException;

    /// Waits for the next message without limit of time and copies it. Receiving side.
    ///
    /// @return the message, or null at the end of the stream
    /// @throws IOException as [#poll], or if the thread is interrupted
    default byte @Nullable [] receive() throws IOException {
        return receive(FOREVER);
    }

    /// Waits for the next message and copies it. Receiving side.
    ///
    /// @param timeout how long to wait
    /// @return the message, or null at the end of the stream
    /// @throws WouldBlockException if no message came in time
    /// @throws IOException as [#poll], or if the thread is interrupted
    default byte @Nullable [] receive(Duration timeout) throws IOException {
        MessageCopy copy = new MessageCopy();
        return receive(copy, 1, timeout) == END_OF_STREAM ? null : copy.bytes();
    }

    /// The receiving side as a stream of bytes: messages one after the other, empty ones skipped. Closing it closes this.
    ///
    /// @return an adapter that is used instead of the receiving methods, not beside them
    default InputStream inputStream() {
        return new StreamInput(this);
    }

    /// The sending side as a stream of bytes; each write is sent at once and waits for room without limit. Closing it
    /// says [#closeOutput].
    ///
    /// @return an adapter that is used instead of the sending methods, not beside them
    default OutputStream outputStream() {
        return new StreamOutput(this);
    }

    /// Both sides as a blocking channel of bytes. Closing it closes this.
    ///
    /// @return an adapter that is used instead of the methods here, not beside them
    default ByteChannel byteChannel() {
        return new StreamChannel(this);
    }

    /// Whether [#close] was not called yet, here.
    ///
    /// @return true until this end is closed
    boolean isOpen();

    /// Ends both directions and gives the memory back. What was sent stays receivable for the peer; what another thread is
    /// sending meanwhile may be, or not. Any thread; waits for no handler; a second close does nothing.
    @Override
    void close();
}
