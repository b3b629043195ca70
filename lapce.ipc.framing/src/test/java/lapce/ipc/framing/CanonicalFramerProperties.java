package lapce.ipc.framing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import lapce.ipc.api.CorruptFrameException;
import lapce.ipc.api.CorruptFrameException.Reason;
import lapce.ipc.api.Frame;
import lapce.ipc.api.Framer;
import lapce.ipc.api.Framer.OnCorruptFrame;
import lapce.ipc.api.MessageType;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class CanonicalFramerProperties {
    /// Where a payload lies when it is sent.
    enum Place {
        HEAP {
            @Override
            MemorySegment put(byte[] payload) {
                return MemorySegment.ofArray(payload);
            }
        },
        PART_OF_AN_ARRAY {
            @Override
            MemorySegment put(byte[] payload) {
                byte[] array = new byte[payload.length + 10];
                System.arraycopy(payload, 0, array, 7, payload.length);
                return MemorySegment.ofArray(array).asSlice(7, payload.length);
            }
        },
        NATIVE {
            @Override
            MemorySegment put(byte[] payload) {
                return Arena.ofAuto().allocateFrom(ValueLayout.JAVA_BYTE, payload);
            }
        };

        abstract MemorySegment put(byte[] payload);
    }

    /// What goes into a frame.
    record Content(MessageType type, int flags, long id, byte[] payload) {
        byte[] encoded() throws IOException {
            return Frames.encoded(type, flags, id, payload);
        }

        @Override
        public String toString() {
            return type + ", flags=" + flags + ", id=" + id + ", payload of " + payload.length;
        }
    }

    @Property(tries = 500)
    void decodeInvertsEncode(
            @ForAll("contents") Content content,
            @ForAll Place place,
            @ForAll @IntRange(min = 24, max = 110_000) int maxClaimLength) throws IOException {
        MemorySegment payload = place.put(content.payload()).asReadOnly();
        Framer framer = Frames.framer(new QueueStream(maxClaimLength));
        framer.send(content.type(), content.flags(), content.id(), payload);
        Frame frame = framer.receive();
        assertEquals(content.type(), frame.type());
        assertEquals(content.flags(), frame.flags());
        assertEquals(content.id(), frame.id());
        assertEquals(content.payload().length, frame.payloadLength());
        assertArrayEquals(content.payload(), frame.toByteArray());
    }

    @Property(tries = 100)
    void framesComeInTheOrderTheyWereSent(
            @ForAll @Size(max = 20) List<@From("contents") Content> contents) throws IOException {
        Framer framer = Frames.framer(new QueueStream(50_000));
        for (Content content : contents) {
            framer.send(content.type(), content.payload());
        }
        for (int i = 0; i < contents.size(); i++) {
            Frame frame = framer.receive();
            assertEquals(i + 1, frame.id());
            assertEquals(contents.get(i).type(), frame.type());
            assertArrayEquals(contents.get(i).payload(), frame.toByteArray());
        }
    }

    @Property(tries = 1000)
    void anyFlippedBitIsDetected(@ForAll("contents") Content content, @ForAll Random random) throws IOException {
        byte[] frame = content.encoded();
        int bit = random.nextInt(8 * frame.length);
        frame[bit / 8] ^= (byte) (1 << bit % 8);
        assertThrows(CorruptFrameException.class, () -> Frames.decoded(frame));
    }

    @Property(tries = 500)
    void anyCutIsDetected(@ForAll("contents") Content content, @ForAll Random random) throws IOException {
        byte[] frame = content.encoded();
        byte[] cut = new byte[random.nextInt(frame.length)];
        System.arraycopy(frame, 0, cut, 0, cut.length);
        assertThrows(CorruptFrameException.class, () -> Frames.decoded(cut));
    }

    @Property(tries = 2000)
    void arbitraryBytesAreRefusedAndNothingWorse(@ForAll @Size(max = 200) byte[] message) {
        assertThrows(CorruptFrameException.class, () -> Frames.decoded(message));
    }

    /// Starts from a good frame, since arbitrary bytes hardly ever get past the magic.
    @Property(tries = 2000)
    void overwrittenHeaderIsRefusedAndNothingWorse(
            @ForAll @Size(24) byte[] noise,
            @ForAll @IntRange(max = 23) int from,
            @ForAll @IntRange(max = 300) int length) throws IOException {
        byte[] frame = Frames.encoded(MessageType.DATA, 0, 1, Frames.pattern(length));
        byte[] intact = frame.clone();
        System.arraycopy(noise, from, frame, from, 24 - from);
        QueueStream stream = new QueueStream(0);
        stream.messages.add(frame);
        Framer framer = new CanonicalFramer(stream, OnCorruptFrame.SKIP);
        boolean good = framer.poll() != null;
        assertEquals(Arrays.equals(intact, frame), good);
        assertEquals(good ? 0 : 1, refusals(framer));
    }

    @Provide
    Arbitrary<Content> contents() {
        Arbitrary<MessageType> types = Arbitraries.integers().between(0, 0xffff).map(MessageType::new);
        Arbitrary<Integer> flags = Arbitraries.integers().between(0, 15).map(bits -> bits << 2);
        Arbitrary<Integer> lengths = Arbitraries.oneOf(
                Arbitraries.integers().between(0, 64),
                Arbitraries.integers().between(0, 100_000),
                Arbitraries.integers().between(FrameEncoder.PIECE_BYTES - 1, FrameEncoder.PIECE_BYTES + 1));
        Arbitrary<byte[]> payloads = Combinators.combine(lengths, Arbitraries.longs()).as((length, seed) -> {
            byte[] payload = new byte[length];
            new Random(seed).nextBytes(payload);
            return payload;
        });
        return Combinators.combine(types, flags, Arbitraries.longs(), payloads).as(Content::new);
    }

    private static long refusals(Framer framer) {
        long sum = 0;
        for (Reason reason : Reason.values()) {
            sum += framer.refused(reason);
        }
        return sum;
    }
}
