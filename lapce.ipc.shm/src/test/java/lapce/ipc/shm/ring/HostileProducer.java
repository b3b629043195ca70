package lapce.ipc.shm.ring;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import lapce.ipc.api.CorruptStreamException;
import lapce.ipc.shm.layout.RingLayout;

/// A producer that writes anything anywhere, between polls and in the midst of one, against a [RingConsumer]. Each record
/// that is consumed, handed out or refused is judged by a [ReferenceConsumer] too, on the same bytes.
public final class HostileProducer implements RingConsumer.Owner {
    /// Thrown by a handler, as any may.
    private static final class HandlerFailure extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private static final int[] MAX_LENGTHS = {16, 100, 5000, 8 << 20};

    private final Script script;
    private final Arena arena = Arena.ofConfined();
    private final long capacity;
    private final int maxMessageLength;
    private final HostileHand hand;
    private final ReferenceConsumer reference;
    private final RingConsumer consumer;
    private final AllocationBound allocation = new AllocationBound();

    private boolean open = true;
    private boolean emptySeen; // no record was there at some moment of this poll
    private boolean faultSeen; // the next record was impossible at some moment since the last one was consumed
    private long told; // as the consumer last said
    private int handed; // messages of this poll
    private int callbacks; // of this poll

    private HostileProducer(Script script) {
        this.script = script;
        this.capacity = 64L << script.below(11);
        this.maxMessageLength = MAX_LENGTHS[script.below(MAX_LENGTHS.length)];
        this.hand = HostileHand.in(arena, script, (int) capacity);
        this.reference = new ReferenceConsumer(hand.records, maxMessageLength);
        this.consumer = new RingConsumer(hand.control, hand.records, maxMessageLength, this);
    }

    /// Plays one script.
    ///
    /// @param input the script
    /// @throws IOException an exception that was not expected
    public static void fuzzerTestOneInput(byte[] input) throws IOException {
        AllocationBound.watch(() -> new HostileProducer(new Script(input)).run());
    }

    private void run() {
        try {
            while (open && !script.isOver()) {
                if (script.below(3) == 0) {
                    poll(1 + script.below(8));
                } else {
                    hand.write();
                }
            }
        } finally {
            if (arena.scope().isAlive()) {
                arena.close();
            }
        }
    }

    private void poll(int limit) {
        long before = consumer.position();
        long joined = reference.joined();
        emptySeen = false;
        handed = 0;
        callbacks = 0;
        faultSeen = false;
        judgeNext();
        allocation.start();
        try {
            int count = consumer.poll(this::onMessage, limit);
            Check.that(count == handed && count <= limit, "count");
            boolean full = consumer.position() - before >= capacity;
            Check.that(count == limit || full || !open || emptySeen || reference.isEmpty(), "left a message");
        } catch (CorruptStreamException e) {
            Check.that(faultSeen, "refused without a fault", e);
            settle();
            open = false;
        } catch (HandlerFailure e) {
            Check.that(handed > 0, "failure of no handler");
        }
        long advance = consumer.position() - before;
        allocation.check(joined + advance);
        Check.that(advance >= 0 && advance < 2 * capacity, "advance");
        if (arena.scope().isAlive()) {
            settle();
            Check.that(told == consumer.position(), "the producer was not told");
        }
    }

    private void onMessage(MemorySegment segment, long offset, int length) {
        allocation.pause();
        handed++;
        advance();
        byte[] expected = reference.takeMessage();
        Check.that(expected != null, "no message is complete here");
        Check.that(length <= maxMessageLength && segment.isReadOnly(), "length or access");
        Check.that(segment.asSlice(offset, length).mismatch(MemorySegment.ofArray(expected)) == -1, "bytes differ");
        interfere();
        switch (script.below(32)) {
            case 1 -> throw new HandlerFailure();
            case 2 -> close();
            default -> allocation.goOn();
        }
    }

    @Override
    public boolean isOpen() {
        allocation.pause();
        if (open) {
            settle();
            interfere();
            emptySeen |= reference.isEmpty();
        }
        allocation.goOn();
        return open;
    }

    @Override
    public void roomMade() {
        allocation.pause();
        settle();
        told = hand.word(RingLayout.CONSUMED_POSITION);
        Check.that(told == consumer.position(), "told another position");
        emptySeen |= reference.isEmpty();
        interfere();
        emptySeen |= reference.isEmpty();
        allocation.goOn();
    }

    private void close() {
        open = false;
        arena.close(); // whoever looks at the memory now gets an exception
    }

    private void interfere() {
        callbacks++;
        Check.that(callbacks <= 4 * (capacity / 8 + 1), "a poll without end");
        for (int writes = script.below(4); writes > 0; writes--) {
            hand.write();
        }
        judgeNext();
    }

    private void judgeNext() {
        faultSeen |= reference.fault() != null;
    }

    /// Outside of a handler: no message is pending.
    private void settle() {
        advance();
        Check.that(reference.takeMessage() == null, "a message was not handed out");
    }

    /// At most one record is consumed between two callbacks, and only callbacks write, so it lies there as it was read.
    private void advance() {
        if (consumer.position() != reference.position()) {
            String fault = reference.fault();
            Check.that(fault == null, fault);
            reference.take();
            Check.that(consumer.position() == reference.position(), "went to another position");
            faultSeen = false;
        }
    }
}
