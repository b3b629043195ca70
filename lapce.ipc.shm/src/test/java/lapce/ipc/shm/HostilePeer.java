package lapce.ipc.shm;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import lapce.ipc.api.Claim;
import lapce.ipc.api.ClosedException;
import lapce.ipc.api.CorruptStreamException;
import lapce.ipc.api.IpcException;
import lapce.ipc.api.Options;
import lapce.ipc.api.PeerGoneException;
import lapce.ipc.api.WouldBlockException;
import lapce.ipc.shm.layout.ArmedWord;
import lapce.ipc.shm.layout.ConnectionLayout;
import lapce.ipc.shm.layout.RingLayout;
import lapce.ipc.shm.ring.AllocationBound;
import lapce.ipc.shm.ring.Check;
import lapce.ipc.shm.ring.HostileHand;
import lapce.ipc.shm.ring.Script;

/// A peer that writes anything anywhere in the connection's region, against a whole [ShmStream]: between any two calls, in
/// handlers, and whenever it is woken, which is in the midst of a long message. The stream may answer with declared
/// exceptions only, must end each call, and may write nothing but its own ring and its own words.
public final class HostilePeer {
    private static final int RING_BYTES = Options.MIN_RING_BYTES;
    private static final Options OPTIONS =
            Options.DEFAULT.withRingBytes(RING_BYTES).withMaxMessageLength(3 * RING_BYTES);
    private static final long IN = ConnectionLayout.SERVER_TO_CLIENT;
    private static final long OUT = ConnectionLayout.CLIENT_TO_SERVER;
    private static final Duration SHORT = Duration.ofNanos(1); // looks, and never parks
    private static final int MOST_WRITES = 2000; // of one input, so that a call ends that waits for the peer to stop
    private static final MemorySegment MESSAGE = Arena.global().allocate(OPTIONS.maxMessageLength());
    private static final long[] OWN_LONGS = {
        OUT + RingLayout.WANTED, IN + RingLayout.CONSUMED_POSITION
    };
    private static final long[] OWN_INTS = {
        OUT + RingLayout.SPACE_ARMED, OUT + RingLayout.OUTPUT_CLOSED,
        IN + RingLayout.DATA_ARMED, IN + RingLayout.INPUT_CLOSED
    };
    private static final ControlRegion CONTROL = control();

    private static Runnable onWake = () -> {};

    private final Script script;
    private final MemorySegment memory;
    private final MemorySegment before; // the same bytes after the peer's last turn
    private final HostileHand in;
    private final HostileHand out;
    private final StreamState state = new StreamState("fuzz", "0", 0, 0);
    private final ShmStream stream;
    private final AllocationBound allocation = new AllocationBound();

    private Claim claim;
    private boolean ended;
    private int writes;

    private HostilePeer(Script script, Region region) {
        this.script = script;
        Connection connection = new Connection(region, RING_BYTES);
        this.memory = region.memory();
        this.before = MemorySegment.ofArray(new long[(int) (memory.byteSize() / Long.BYTES)]);
        this.in = hand(IN, ConnectionLayout.RECORDS + RING_BYTES);
        this.out = hand(OUT, ConnectionLayout.RECORDS);
        this.stream = ShmStream.ofClient(state, connection, OPTIONS, Wakes.ofClient(CONTROL, 0, null, () -> onWake.run()), closed -> {});
    }

    private HostileHand hand(long words, long records) {
        return new HostileHand(
                script, memory.asSlice(words, RingLayout.LAYOUT), memory.asSlice(records, RING_BYTES));
    }

    /// Plays one script.
    ///
    /// @param input the script
    /// @throws IOException an exception that was not expected
    public static void fuzzerTestOneInput(byte[] input) throws IOException {
        AllocationBound.watch(() -> play(input));
    }

    private static void play(byte[] input) throws IOException {
        try (Region region = new HookedRegion(ConnectionLayout.byteSize(RING_BYTES))) {
            HostilePeer peer = new HostilePeer(new Script(input), region);
            onWake = peer::interfere;
            peer.run();
        } finally {
            onWake = () -> {};
        }
    }

    private void run() throws IOException {
        while (stream.isOpen() && !script.isOver()) {
            try {
                step();
            } catch (CorruptStreamException e) {
                Check.that(!stream.isOpen(), "open after corruption", e);
            } catch (ClosedException e) {
                Check.that(!stream.isOpen(), "closed, it says", e);
            } catch (WouldBlockException | PeerGoneException e) {
                Check.that(stream.isOpen(), "closed without corruption", e);
            }
            if (stream.isOpen()) {
                expectNothingElseWritten();
            }
        }
    }

    private void step() throws IOException {
        switch (script.below(16)) {
            case 0 -> receive();
            case 1, 2 -> stream.poll(this::onMessage, 1 + script.below(8));
            case 3, 4 -> send();
            case 5, 6 -> claimOrCommit();
            case 7 -> offer();
            case 8 -> stream.awaitDrained(SHORT);
            case 9 -> look();
            case 10 -> end();
            default -> interfere();
        }
    }

    private void receive() throws IOException {
        allocation.start();
        try {
            stream.receive(this::onMessage, 1 + script.below(8), SHORT);
        } finally {
            allocation.check(OPTIONS.maxMessageLength());
        }
    }

    private void send() throws IOException {
        int length = script.upTo(OPTIONS.maxMessageLength());
        if (!ended && claim == null) {
            stream.send(MemorySegment.NULL, MESSAGE.asSlice(0, length), SHORT);
        }
    }

    private void offer() throws IOException {
        int length = script.upTo(stream.maxClaimLength());
        if (!ended && claim == null) {
            stream.offer(MESSAGE.asSlice(0, length));
        }
    }

    private void claimOrCommit() throws IOException {
        int length = script.upTo(stream.maxClaimLength());
        if (claim == null) {
            claim = ended ? null : stream.tryClaim(length);
            if (claim != null) {
                claim.segment().asSlice(claim.offset(), claim.length()).fill((byte) length);
            }
            return;
        }
        Claim open = claim;
        claim = null;
        if (length % 4 == 0) {
            open.abort();
        } else {
            open.commit();
        }
    }

    private void look() {
        stream.pollable().isReady();
        stream.pollable().hasRoom();
        stream.pollable().arm(ArmedWord.POLLER);
        stream.pollable().disarm();
    }

    private void end() throws IpcException {
        switch (script.below(32)) {
            case 0 -> state.peerGone();
            case 1 -> {
                if (claim == null) {
                    stream.closeOutput();
                    ended = true;
                }
            }
            case 2 -> stream.close();
            default -> interfere();
        }
    }

    private void onMessage(MemorySegment segment, long offset, int length) {
        Check.that(segment.isReadOnly() && length <= OPTIONS.maxMessageLength(), "length or access");
        Check.that(offset + length <= segment.byteSize() && offset >= 0, "lies elsewhere");
        if (script.below(16) == 1) {
            stream.close();
        } else {
            interfere();
        }
    }

    /// The peer's turn.
    private void interfere() {
        expectNothingElseWritten();
        for (int count = script.below(4); count > 0 && ++writes < MOST_WRITES; count--) {
            (script.below(2) == 0 ? in : out).write();
        }
        if (script.below(16) == 1) {
            memory.set(JAVA_LONG, script.below(192) * 64L, script.nextLong()); // not only the rings
        }
        before.copyFrom(memory);
    }

    private void expectNothingElseWritten() {
        for (long word : OWN_LONGS) {
            before.set(JAVA_LONG, word, memory.get(JAVA_LONG, word));
        }
        for (long word : OWN_INTS) {
            before.set(JAVA_INT, word, memory.get(JAVA_INT, word));
        }
        MemorySegment.copy(memory, ConnectionLayout.RECORDS, before, ConnectionLayout.RECORDS, RING_BYTES);
        Check.that(memory.mismatch(before) == -1, "wrote what is the peer's");
    }

    private static ControlRegion control() {
        try {
            ControlRegion control = ControlRegion.create(new HookedPlatform(), "fuzz", OPTIONS, 1);
            control.waitingVolatile(Place.SERVER_LEADER.waiting(), 1); // so each ring is heard
            control.waitingVolatile(Place.SERVER_POLLER.waiting(), 1);
            return control;
        } catch (IpcException e) {
            throw new AssertionError(e);
        }
    }

    private static final class HookedPlatform extends DelegatingPlatform {
        @Override
        public Region create(String name, long byteSize) {
            return new HookedRegion(byteSize);
        }
    }

    /// Ends with the stream, so that a later look at it is an exception; whoever is woken by it is the peer.
    private static final class HookedRegion implements Region {
        private final Arena arena = Arena.ofConfined();
        private final MemorySegment memory;

        private HookedRegion(long byteSize) {
            this.memory = arena.allocate(byteSize, 4096);
        }

        @Override
        public MemorySegment memory() {
            return memory;
        }

        @Override
        public Parker parker(long offset) {
            return new PeersParker();
        }

        @Override
        public void close() {
            if (arena.scope().isAlive()) {
                arena.close();
            }
        }
    }

    private static final class PeersParker implements Parker {
        @Override
        public int wakes() {
            return 0;
        }

        @Override
        public boolean park(int seen, long nanos) {
            throw new AssertionError("a call without patience parks");
        }

        @Override
        public void unpark() {
            onWake.run();
        }
    }
}
