package lapce.ipc.shm;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.invoke.VarHandle;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import lapce.ipc.api.IpcException;
import lapce.ipc.api.NoFreeSlotException;
import lapce.ipc.api.NoSuchEndpointException;
import lapce.ipc.api.Options;
import lapce.ipc.api.PeerGoneException;
import lapce.ipc.shm.layout.ControlLayout;
import lapce.ipc.shm.layout.SlotWord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// This process as a client of one epoch: steps k1 to k3, and its part of c3. It lives until its server is gone and its
/// last stream closed, so that the next `connect` need not join again.
final class ShmClient implements Leader.Work {
    private static final Logger LOG = LoggerFactory.getLogger(ShmClient.class);

    /// Nothing here needs the clock, unless somebody writes over the words by which the leader is woken.
    private static final long SCAN_NANOS = Waiter.NAP_NANOS;

    private final Platform platform;
    private final ObjectNames names;
    private final Membership member;
    private final ControlRegion control;
    private final Bell server;
    private final Leader leader;
    private final PollerPlace pollerPlace;
    private final Runnable exit;
    private final Consumer<ShmClient> onEnded;

    private final Streams streams = new Streams(ControlLayout.MAX_SLOTS);
    private final AtomicLongArray mine = new AtomicLongArray(ControlLayout.READY_WORDS);
    private final Queue<ShmStream> closed = new ConcurrentLinkedQueue<>();
    private final WantingThreads wanting;
    private final AtomicInteger users = new AtomicInteger(1); // the watch, open streams and running connects; -1 once ended
    private volatile boolean gone;
    private volatile boolean failed; // there is no leader any more, and may be users

    private ShmClient(Platform platform, ObjectNames names, Membership member, Consumer<ShmClient> onEnded) {
        this.platform = platform;
        this.names = names;
        this.member = member;
        this.control = member.control();
        this.server = Bell.of(control, Place.SERVER_LEADER);
        Rescues rescues = new Rescues(names.endpoint());
        this.leader = Leader.ofClient(control, member.line(), this, rescues, names.endpoint());
        this.pollerPlace = new PollerPlace(control, Place.clientPoller(member.line()), streams, this::mine, rescues);
        this.wanting = new WantingThreads(control, member.line());
        this.exit = this::exit;
        this.onEnded = onEnded;
    }

    static ShmClient join(Platform platform, ObjectNames names, Consumer<ShmClient> onEnded) throws IpcException {
        ShmClient client;
        AtExit.begin();
        try {
            client = new ShmClient(platform, names, Membership.join(platform, names), onEnded);
            AtExit.run(client.exit);
        } finally {
            AtExit.done();
        }
        client.start();
        return client;
    }

    /// The system may refuse another thread.
    private void start() throws IpcException {
        boolean started = false;
        try {
            leader.start();
            Threads.startDaemon("lapce-ipc watch " + names.endpoint(), this::watch);
            started = true;
        } finally {
            if (!started) {
                leader.stop();
                AtExit.forget(exit);
                member.leave();
                member.close();
            }
        }
    }

    /// Announces one [#connect]. False once the server has ended or given up its name, which may be another's by now.
    boolean enter() throws IpcException {
        for (int now = users.get(); now >= 0; now = users.get()) {
            if (users.compareAndSet(now, now + 1)) {
                return isServingOrLeft();
            }
        }
        return false;
    }

    private boolean isServingOrLeft() throws IpcException {
        boolean serving = false;
        try {
            serving = !gone && member.isServing();
            return serving;
        } finally {
            if (!serving) {
                left();
            }
        }
    }

    ShmStream connect(Options options) throws IOException {
        boolean connected = false;
        try {
            ShmStream stream = tryConnect(options);
            if (stream == null) {
                stream = awaitSlot(options);
            }
            connected = true;
            return stream;
        } finally {
            if (!connected) {
                left();
            }
        }
    }

    /// All slots are taken: says so, looks once more, and parks until one is freed.
    private ShmStream awaitSlot(Options options) throws IOException {
        long start = System.nanoTime();
        wanting.add();
        Step.SLOT_WANTED.reached();
        server.ring(); // it may open more
        try {
            for (;;) {
                VarHandle.fullFence();
                ShmStream stream = tryConnect(options);
                if (stream != null) {
                    return stream;
                }
                ensureServer();
                if (Thread.currentThread().isInterrupted()) {
                    throw new InterruptedIOException(
                            "interrupted while waiting for a slot: endpoint=" + names.endpoint());
                }
                long left = Waiter.nanos(options.connectTimeout()) - (System.nanoTime() - start);
                if (left <= 0) {
                    throw new NoFreeSlotException("no free slot: endpoint=" + names.endpoint() + ", slots="
                            + control.slotsAcquire() + ", waited=" + options.connectTimeout().toMillis()
                            + " ms; close a stream, or bind with more slots");
                }
                LockSupport.parkNanos(this, Math.min(left, Waiter.NAP_NANOS));
            }
        } finally {
            if (!failed) { // else the server takes back what the line had, which may be another's by now
                wanting.remove();
            }
        }
    }

    /// k1 to k3, or null if no slot is free. The process does not end in between, for its slot would stay claimed.
    private @Nullable ShmStream tryConnect(Options options) throws IpcException {
        AtExit.begin();
        try {
            int slot = ClaimedSlot.claim(control, member.line(), options.ringBytes());
            if (slot >= 0 && gone) { // the line may be another process's by now
                ClaimedSlot.giveBack(control, slot, control.slotAcquire(slot));
                throw ended(null);
            }
            return slot < 0 ? null : open(slot, options);
        } finally {
            AtExit.done();
        }
    }

    /// k3. What is created after the server's sweep would stay behind, so its lock is looked at once more.
    private ShmStream open(int slot, Options options) throws IpcException {
        server.ring(slot); // it wakes while the region is made
        ClaimedSlot claimed = null;
        ShmStream stream = null;
        try {
            claimed = ClaimedSlot.make(platform, names, control, slot, options.ringBytes());
            stream = ShmStream.ofClient(
                    new StreamState(names.endpoint(), member.watch().userId(), slot, claimed.generation()),
                    claimed.connection(),
                    options,
                    Wakes.ofClient(control, slot, pollerPlace, platform.barrier()),
                    this::closed);
        } catch (IpcException e) {
            throw gone || !member.isServing() ? ended(e) : e; // which may be why
        } finally {
            if (stream == null) {
                if (claimed != null) {
                    claimed.giveBack(control);
                }
                server.ring(slot);
            }
        }
        streams.put(stream);
        mine.getAndAccumulate(slot / Long.SIZE, 1L << slot, (bits, bit) -> bits | bit);
        boolean connected = false;
        try {
            boolean opened = claimed.open(control);
            Step.SLOT_OPENED.reached();
            server.ring(slot);
            Step.OPENING_TOLD.reached();
            connected = opened && !gone && (member.isServing() || claimed.isAccepted(control));
            if (connected) {
                return stream;
            }
        } finally {
            if (!connected) {
                users.incrementAndGet(); // the stream's close and the failed connect both leave
                stream.close();
                platform.unlink(claimed.region());
            }
        }
        throw ended(null);
    }

    private NoSuchEndpointException ended(@Nullable IpcException cause) {
        NoSuchEndpointException ended = new NoSuchEndpointException("server has ended: endpoint=" + names.endpoint());
        ended.initCause(cause);
        return ended;
    }

    /// c3, for the leader: it takes ready bits, and must not take one that a later owner waits for.
    private void closed(ShmStream stream) {
        closed.add(stream);
        if (failed) {
            releaseClosed();
        } else {
            leader.request();
        }
    }

    @Override
    public long mine(int word) {
        return mine.get(word);
    }

    @Override
    public void ready(int slot) {
        ShmStream stream = streams.at(slot);
        if (stream == null) {
            return;
        }
        if (SlotWord.has(control.slotAcquire(slot), SlotWord.SERVER_DONE)) { // pairs with compareAndSetSlot in ShmServer.change
            stream.peerGone();
        } else {
            stream.unpark();
        }
    }

    @Override
    public long round() {
        releaseClosed();
        wanting.wake();
        return gone && users.compareAndSet(0, -1) ? 0 : SCAN_NANOS;
    }

    private void releaseClosed() {
        for (ShmStream stream = closed.poll(); stream != null; stream = closed.poll()) {
            try {
                release(stream);
            } finally {
                left();
            }
        }
    }

    @Override
    public void ended(@Nullable Throwable cause) {
        if (cause != null) {
            LOG.error("control region is unusable, its streams end: endpoint={}", names.endpoint(), cause);
            serverGone();
        }
        wanting.wake();
        onEnded.accept(this);
        pollerPlace.end();
        member.leave();
        if (cause == null) {
            close();
        } else {
            failed = true; // before what follows, and looked at behind what that looks for
            releaseClosed();
            closeIfUnused();
        }
    }

    /// The last user does what the leader, which has failed, would have done.
    private void closeIfUnused() {
        if (users.compareAndSet(0, -1)) {
            close();
        }
    }

    private void close() {
        AtExit.forget(exit); // not before: the process may end while the leader is here
        member.close();
    }

    /// Only while the slot is its: once the process is known to end, the server may have given it to another.
    private void release(ShmStream stream) {
        int slot = stream.slot();
        streams.remove(slot);
        if (failed) { // the server sees this process's lock go
            unlinkOwn(stream);
            return;
        }
        pollerPlace.exclude(() -> mine.getAndAccumulate(slot / Long.SIZE, 1L << slot, (bits, bit) -> bits & ~bit));
        long word = control.slotAcquire(slot);
        while (SlotWord.generation(word) == stream.generation()
                && !control.compareAndSetSlot(slot, word, word | SlotWord.CLIENT_DONE)) {
            word = control.slotAcquire(slot);
        }
        Step.CLIENT_DONE.reached();
        server.ring(slot);
        if (gone) {
            unlinkOwn(stream);
        }
    }

    /// The server cannot do it any more, and its name carries the dead epoch.
    private void unlinkOwn(ShmStream stream) {
        String region = names.region(control.epoch(), stream.slot(), stream.generation());
        try {
            platform.unlink(region);
        } catch (IpcException e) {
            LOG.warn("region stays behind: name={}", region, e);
        }
    }

    /// The process ends, and with it the lock. A living server sees it go and does the rest; a dead one cannot.
    private void exit() {
        if (gone) {
            member.leave();
            streams.forEach(this::unlinkOwn);
        }
    }

    private void left() {
        if (users.decrementAndGet() == 0 && gone) {
            if (failed) {
                closeIfUnused();
            } else {
                leader.request();
            }
        }
    }

    /// Until the server's lock is released. Its descriptor must not be closed before.
    private void watch() {
        member.awaitServerEnd();
        serverGone();
        left();
    }

    private void serverGone() {
        gone = true;
        streams.forEach(ShmStream::peerGone);
        leader.request();
    }

    private void ensureServer() throws IpcException {
        if (gone) {
            throw new PeerGoneException("server has ended: endpoint=" + names.endpoint());
        }
        if (control.isClosedAcquire()) { // pairs with closeRelease in Binding.releaseName
            throw new NoSuchEndpointException("server has given up the name: endpoint=" + names.endpoint());
        }
    }
}
