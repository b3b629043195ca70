package lapce.ipc.shm;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import lapce.ipc.api.MessageHandler;
import lapce.ipc.api.Options;
import lapce.ipc.api.Stream;
import lapce.ipc.api.WaitStrategy;
import lapce.ipc.shm.layout.ControlLayout;
import lapce.ipc.shm.layout.RingLayout;
import lapce.ipc.shm.ring.RingControl;
import lapce.ipc.shm.ring.RingProducer;

/// One direction of a connection with its real sides, for the stress tests: what they do to each other's waits, without a system. A message is
/// a positive number.
public final class Direction implements MessageHandler {
    /// Nothing was there.
    public static final long NOTHING = 0;

    /// The direction has ended.
    public static final long END = -1;

    /// The thread would sleep for ever.
    public static final long OVERSLEPT = -2;

    private static final Options OPTIONS = Options.DEFAULT.withWaitStrategy(WaitStrategy.blocking(Duration.ZERO));
    private static final int RING_BYTES = 64; // three messages
    private static final int SLOT = 1;

    private final ControlRegion control;
    private final Bed thread; // of the receiver
    private final Bed leader; // of whoever is told by one
    private final SendingSide sending;
    private final ReceivingSide receiving;
    private final MemorySegment message = MemorySegment.ofArray(new long[1]);
    private long received;

    /// Opens a fresh one.
    ///
    /// @param barrier in which both processes take part, or null
    public Direction(Barrier barrier) {
        Words words = new Words(Words.SMALL);
        control = words.control();
        control.waitingVolatile(Place.SERVER_LEADER.waiting(), 1);
        thread = words.parker(ControlLayout.serverWakes(SLOT));
        leader = words.parker(Place.SERVER_LEADER.wakes());
        MemorySegment records = MemorySegment.ofArray(new long[RING_BYTES / Long.BYTES]);
        RingControl ring = new RingControl(MemorySegment.ofArray(new long[(int) RingLayout.LAYOUT.byteSize() / Long.BYTES]), 0);
        StreamState state = new StreamState("stress", "", SLOT, 0);
        Bell bell = Bell.of(control, Place.SERVER_LEADER);
        Bell poller = Bell.of(control, Place.SERVER_POLLER);
        Wakes wakes = new Wakes(SLOT, bell, poller, thread, thread, null, barrier);
        sending = new SendingSide(state, ring, new RingProducer(ring, records), wakes, new OneThread(""), OPTIONS);
        receiving = new ReceivingSide(state, ring, records, wakes, OPTIONS);
    }

    /// Has both sides go on for so long that they say BUSY, if there are barriers.
    ///
    /// @return this
    public Direction busy() {
        for (int i = 0; i < Waiter.STREAK; i++) {
            send(1);
            poll();
        }
        return this;
    }

    /// Sends, and wakes who sleeps.
    ///
    /// @param number of the message
    /// @return false if there is no room
    public boolean send(long number) {
        try {
            message.set(JAVA_LONG, 0, number);
            return sending.offer(message);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /// Ends the direction.
    public void end() {
        try {
            sending.closeOutput();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /// Receives, without waiting, and wakes who sleeps.
    ///
    /// @return a message, [#NOTHING] or [#END]
    public long poll() {
        try {
            return receiving.poll(this, 1) == Stream.END_OF_STREAM ? END : taken();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /// Receives, and waits as a platform thread does: steps w1 to w4, but for the system.
    ///
    /// @return a message, or [#OVERSLEPT]
    public long receive() {
        try {
            receiving.receive(this, 1, Stream.FOREVER);
            return taken();
        } catch (Bed.Overslept e) {
            return OVERSLEPT;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /// Waits for room as a poller does, armed for the leader, and sends.
    ///
    /// @param number of the message
    /// @return the number, or [#NOTHING] if there is no room all the same, or [#OVERSLEPT]
    public long sendWithin(long number) {
        try {
            int seen = leader.wakes();
            sending.wantRoom(Long.BYTES);
            if (sending.armRoom()) {
                leader.park(seen, Long.MAX_VALUE);
            }
            return send(number) ? number : NOTHING;
        } catch (Bed.Overslept e) {
            return OVERSLEPT;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /// Who wakes has done all that he will do.
    public void leave() {
        thread.leave();
        leader.leave();
    }

    @Override
    public void onMessage(MemorySegment segment, long offset, int length) {
        received = segment.get(JAVA_LONG, offset);
    }

    private long taken() {
        long number = received;
        received = NOTHING;
        return number;
    }
}
