package lapce.ipc.api;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ServiceLoader;
import lapce.ipc.api.spi.FramerProvider;
import org.jspecify.annotations.Nullable;

/// Typed, numbered, checksummed frames over any [Stream]. Like the stream it has a sending and a receiving side, each
/// used by one thread at a time. The stream is then used through its framer only.
public interface Framer extends AutoCloseable {
    /// What happens after a bad frame was received.
    enum OnCorruptFrame {
        /// The stream is closed and the error thrown.
        CLOSE,
        /// The frame is counted and left out.
        SKIP
    }

    /// Frames over a stream that is closed by a bad frame.
    ///
    /// @param stream the stream, which this closes when it is closed
    /// @return the framer
    static Framer over(Stream stream) {
        return over(stream, OnCorruptFrame.CLOSE);
    }

    /// Frames over a stream.
    ///
    /// @param stream the stream, which this closes when it is closed
    /// @param policy what a bad frame does
    /// @return the framer
    /// @throws IllegalStateException if no module provides framing
    static Framer over(Stream stream, OnCorruptFrame policy) {
        return ServiceLoader.load(FramerProvider.class, Framer.class.getClassLoader())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no framing found: add the module lapce.ipc.framing"))
                .over(stream, policy);
    }

    /// The stream underneath.
    ///
    /// @return the stream
    Stream stream();

    /// Sends a frame under the next id of this framer (1, 2, 3 …), waiting for room by [Options#sendTimeout()].
    ///
    /// @param type what kind of message
    /// @param payload 0 to [Frame#MAX_PAYLOAD_LENGTH] bytes
    /// @return the id
    /// @throws IllegalArgumentException if the payload is too long
    /// @throws IOException as [Stream#send(MemorySegment)]
    default long send(MessageType type, byte[] payload) throws IOException {
        return send(type, MemorySegment.ofArray(payload));
    }

    /// Sends a frame under the next id of this framer (1, 2, 3 …), waiting for room by [Options#sendTimeout()].
    ///
    /// @param type what kind of message
    /// @param payload 0 to [Frame#MAX_PAYLOAD_LENGTH] bytes
    /// @return the id
    /// @throws IllegalArgumentException if the payload is too long
    /// @throws IOException as [Stream#send(MemorySegment)]
    long send(MessageType type, MemorySegment payload) throws IOException;

    /// Sends a frame, waiting for room by [Options#sendTimeout()]. The payload must not change meanwhile: a frame too long for
    /// one record is read twice, and the receiver would refuse its checksum.
    ///
    /// @param type what kind of message
    /// @param flags bits of [Frame]; a receiver refuses compressed, encrypted and unknown ones, and so does this
    /// @param id the message id; a response carries its request's
    /// @param payload 0 to [Frame#MAX_PAYLOAD_LENGTH] bytes
    /// @throws IllegalArgumentException if the payload is too long or the flags are refused
    /// @throws IOException as [Stream#send(MemorySegment)]
    void send(MessageType type, int flags, long id, MemorySegment payload) throws IOException;

    /// Sends a frame if there is room for it now.
    ///
    /// @param type what kind of message
    /// @param flags as in [#send(MessageType, int, long, MemorySegment)]
    /// @param id the message id
    /// @param payload the payload; the whole frame is at most [Stream#maxClaimLength()]
    /// @return false, with nothing sent, if there is no room now
    /// @throws IllegalArgumentException if the frame is longer than [Stream#maxClaimLength()] or the flags are refused
    /// @throws IpcException as [Stream#offer]
    boolean offer(MessageType type, int flags, long id, MemorySegment payload) throws IpcException;

    /// Takes the next frame if it is there now.
    ///
    /// @return the frame, valid until this is called again, or null if there is none now, if a bad one was skipped, or if the
    ///     stream has ended
    /// @throws CorruptFrameException if the frame is bad and the policy is to close
    /// @throws IpcException as [Stream#poll]
    @Nullable Frame poll() throws IpcException;

    /// Hands out frames that are there now, each checked in private memory.
    ///
    /// @param handler called for each good frame; an exception it throws is passed on, its frame counts as received
    /// @param limit how many messages to look at, at least 1
    /// @return how many frames were handed out, 0 if there is none now or all that were looked at were skipped, or
    ///     [Stream#END_OF_STREAM]
    /// @throws CorruptFrameException if a frame is bad and the policy is to close; the good ones before it were handed out
    /// @throws IpcException as [Stream#poll]
    int poll(FrameHandler handler, int limit) throws IpcException;

    /// Waits for the next frame without limit of time.
    ///
    /// @return the frame, valid until the next one is taken, or null at the end of the stream
    /// @throws CorruptFrameException if the frame is bad and the policy is to close
    /// @throws IOException as [Stream#receive()]
    default @Nullable Frame receive() throws IOException {
        return receive(Stream.FOREVER);
    }

    /// Waits for the next frame.
    ///
    /// @param timeout how long to wait
    /// @return the frame, valid until the next one is taken, or null at the end of the stream
    /// @throws WouldBlockException if no frame came in time
    /// @throws CorruptFrameException if the frame is bad and the policy is to close
    /// @throws IOException as [Stream#receive()]
    @Nullable Frame receive(Duration timeout) throws IOException;

    /// How many frames were refused so far. Any thread.
    ///
    /// @param reason for which reason
    /// @return a count
    long refused(CorruptFrameException.Reason reason);

    /// Closes the stream. Any thread; a second close does nothing.
    @Override
    void close();
}
