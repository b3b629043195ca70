package lapce.ipc.framing;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import java.util.zip.CRC32;
import lapce.ipc.api.CorruptFrameException;
import lapce.ipc.api.CorruptFrameException.Reason;
import lapce.ipc.api.Frame;
import lapce.ipc.api.Framer;
import lapce.ipc.api.Framer.OnCorruptFrame;
import lapce.ipc.api.WouldBlockException;

/// Any bytes as the messages of a stream, against the receiving half of a framer. Each message is judged once more, by the
/// table of the page on the wire; a good frame that is sent on must be the same bytes.
public final class HostileFrames {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int MOST_MESSAGES = 16;
    private static final int MOST_PLAYS = 4;
    private static final long FIXED_BYTES = 256 << 10; // a framer to send with, and an exception

    private final ByteBuffer script;
    private final OnCorruptFrame policy;
    private final QueueStream stream = new QueueStream(0);
    private final Framer framer;
    private final long[] refused = new long[Reason.values().length];
    private int messages;

    private HostileFrames(ByteBuffer script) {
        this.script = script;
        this.policy = (script.get() & 1) == 0 ? OnCorruptFrame.SKIP : OnCorruptFrame.CLOSE;
        this.framer = new CanonicalFramer(stream, policy);
    }

    /// Plays one script.
    ///
    /// @param input how to receive, and what
    /// @throws IOException an exception that was not expected
    public static void fuzzerTestOneInput(byte[] input) throws IOException {
        boolean bounded = input.length == 0;
        for (int plays = 0; plays < MOST_PLAYS && !bounded; plays++) {
            bounded = new HostileFrames(ByteBuffer.wrap(input).order(ByteOrder.LITTLE_ENDIAN)).run();
        }
        check(bounded, "allocated more than goes with what came");
    }

    /// Whether what was allocated is in bounds. The first time it may not be, since classes are loaded.
    private boolean run() throws IOException {
        boolean bounded = true;
        while (stream.isOpen() && script.hasRemaining() && messages++ < MOST_MESSAGES) {
            int how = script.get();
            byte[] message = nextMessage(how);
            Reason expected = refusal(message);
            stream.messages.add(message.clone());
            long before = THREADS.getCurrentThreadAllocatedBytes();
            receive(how >> 6 & 3, message, expected);
            bounded &= THREADS.getCurrentThreadAllocatedBytes() - before <= FIXED_BYTES + 16L * message.length;
            for (Reason reason : Reason.values()) {
                check(framer.refused(reason) == refused[reason.ordinal()], "counted");
            }
        }
        return bounded;
    }

    /// The bytes as they come, or with what no fuzzer guesses in a short time; one byte again and again after them if it is to be long.
    private byte[] nextMessage(int how) {
        int announced = script.hasRemaining() ? script.get() & 0xff : 0;
        int count = Math.min(announced, script.remaining());
        int length = (how & 0x30) == 0x30 ? announced * 64 : count;
        byte[] message = new byte[length];
        Arrays.fill(message, (byte) how);
        script.get(message, 0, Math.min(count, length));
        if (length >= Frame.HEADER_BYTES) {
            ByteBuffer header = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
            if ((how & 2) != 0) {
                header.putInt(0, 0x4C415043).put(4, (byte) 1);
            }
            if ((how & 4) != 0) {
                header.putInt(8, length - Frame.HEADER_BYTES);
            }
            if ((how & 8) != 0) {
                header.putInt(20, checksum(message));
            }
        }
        return message;
    }

    private void receive(int way, byte[] message, Reason expected) throws IOException {
        boolean[] good = {false};
        try {
            switch (way) {
                case 0 -> good[0] = isFrame(framer.poll(), message);
                case 1 -> good[0] = isFrame(framer.receive(Duration.ZERO), message);
                default -> {
                    int count = framer.poll(frame -> good[0] = isFrame(frame, message), way);
                    check(count == (good[0] ? 1 : 0), "count");
                }
            }
            check(good[0] == (expected == null), "accepted or skipped: " + expected);
            check(good[0] || policy == OnCorruptFrame.SKIP, "skipped");
        } catch (WouldBlockException e) {
            check(expected != null && policy == OnCorruptFrame.SKIP, "left out: " + expected);
        } catch (CorruptFrameException e) {
            check(e.reason() == expected && policy == OnCorruptFrame.CLOSE && !stream.isOpen(), "refused: " + expected);
        }
        if (expected != null) {
            refused[expected.ordinal()]++;
        }
    }

    /// A frame that is there must be the message.
    private static boolean isFrame(Frame frame, byte[] message) {
        if (frame == null) {
            return false;
        }
        try {
            byte[] again = Frames.encoded(frame.type(), frame.flags(), frame.id(), frame.toByteArray());
            check(Arrays.equals(message, again), "sent on it is other bytes");
            return true;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /// Why the message must be refused, or null.
    private static Reason refusal(byte[] message) {
        if (message.length < 24) {
            return Reason.TRUNCATED_HEADER;
        }
        ByteBuffer header = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
        int flags = header.get(5);
        long announced = header.getInt(8) & 0xffff_ffffL;
        if (header.getInt(0) != 0x4C415043) {
            return Reason.BAD_MAGIC;
        } else if (header.get(4) != 1) {
            return Reason.UNSUPPORTED_VERSION;
        } else if ((flags & 0xC0) != 0) {
            return Reason.RESERVED_FLAGS;
        } else if ((flags & 2) != 0) {
            return Reason.ENCRYPTED;
        } else if ((flags & 1) != 0) {
            return Reason.COMPRESSED;
        } else if (announced > 10_485_760 || message.length - 24 > 10_485_760) {
            return Reason.PAYLOAD_TOO_LONG;
        } else if (announced != message.length - 24) {
            return Reason.PAYLOAD_LENGTH_MISMATCH;
        }
        return header.getInt(20) == checksum(message) ? null : Reason.BAD_CHECKSUM;
    }

    private static int checksum(byte[] message) {
        CRC32 crc32 = new CRC32();
        crc32.update(message, 0, 20);
        crc32.update(new byte[4]);
        crc32.update(message, 24, message.length - 24);
        return (int) crc32.getValue();
    }

    private static void check(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }
}
