package lapce.ipc.framing;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLongArray;
import lapce.ipc.api.CorruptFrameException;
import lapce.ipc.api.CorruptFrameException.Reason;
import lapce.ipc.api.Frame;
import lapce.ipc.api.FrameHandler;
import lapce.ipc.api.Framer.OnCorruptFrame;
import lapce.ipc.api.IpcException;
import lapce.ipc.api.MessageHandler;
import lapce.ipc.api.Stream;
import lapce.ipc.api.WouldBlockException;
import org.jspecify.annotations.Nullable;

/// Takes messages one at a time and hands out the good frames. Used by one thread at a time.
final class ReceivingSide {
    private final Stream stream;
    private final OnCorruptFrame policy;
    private final PrivateCopy copy = new PrivateCopy();
    private final FrameDecoder decoder = new FrameDecoder(copy);
    private final ReceivedFrame frame = new ReceivedFrame(copy, decoder);
    private final Batch batch = new Batch();
    private final AtomicLongArray refused = new AtomicLongArray(Reason.values().length); // read by any thread

    ReceivingSide(Stream stream, OnCorruptFrame policy) {
        this.stream = stream;
        this.policy = policy;
    }

    /// Looks at one message at most: null also if it was left out, so that no peer can hold the caller with bad frames.
    @Nullable Frame poll() throws IpcException {
        return stream.poll(copy, 1) > 0 ? goodFrame() : null;
    }

    /// A bad frame that closes the stream thereby ends the batch.
    int poll(FrameHandler handler, int limit) throws IpcException {
        if (batch.handler != null) {
            throw new IllegalStateException("a frame handler must not poll its own framer: endpoint=" + stream.endpoint());
        }
        batch.handler = handler;
        batch.frames = 0;
        batch.failure = null;
        int messages;
        try {
            messages = stream.poll(batch, limit);
        } finally {
            batch.handler = null;
        }
        if (batch.failure != null) {
            throw batch.failure;
        }
        return messages == Stream.END_OF_STREAM ? messages : batch.frames;
    }

    /// One object for all batches.
    private final class Batch implements MessageHandler {
        private @Nullable FrameHandler handler; // while it runs
        private int frames;
        private @Nullable CorruptFrameException failure;

        @Override
        @SuppressWarnings("NullAway") // within poll, which sets the handler
        public void onMessage(MemorySegment segment, long offset, int length) {
            copy.onMessage(segment, offset, length);
            try {
                Frame good = goodFrame();
                if (good != null) {
                    frames++;
                    handler.onFrame(good);
                }
            } catch (CorruptFrameException e) {
                failure = e; // checked, and this method cannot throw it
            }
        }
    }

    /// Looks at messages until one is good or the time is over, so that bad frames do not make the wait longer.
    @Nullable Frame receive(Duration timeout) throws IOException {
        long start = policy == OnCorruptFrame.SKIP ? System.nanoTime() : 0; // else there is no second look
        Duration left = timeout;
        while (stream.receive(copy, 1, left) != Stream.END_OF_STREAM) {
            Frame good = goodFrame();
            if (good != null) {
                return good;
            }
            left = timeLeft(timeout, Duration.ofNanos(System.nanoTime() - start));
        }
        return null;
    }

    long refused(Reason reason) {
        return refused.get(reason.ordinal());
    }

    private @Nullable Frame goodFrame() throws CorruptFrameException {
        Reason reason = decoder.refusal();
        if (reason == null) {
            return frame;
        }
        refused.incrementAndGet(reason.ordinal());
        if (policy == OnCorruptFrame.SKIP) {
            return null;
        }
        stream.close();
        throw new CorruptFrameException(stream.endpoint(), reason, decoder.offendingValue(reason));
    }

    private Duration timeLeft(Duration timeout, Duration waited) throws WouldBlockException {
        if (waited.compareTo(timeout) >= 0) {
            throw new WouldBlockException("no good frame came: endpoint=" + stream.endpoint(), waited);
        }
        return timeout.minus(waited);
    }
}
