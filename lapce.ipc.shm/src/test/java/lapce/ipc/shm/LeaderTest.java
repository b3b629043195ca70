package lapce.ipc.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import lapce.ipc.api.IpcException;
import lapce.ipc.shm.layout.ControlLayout;
import lapce.ipc.api.Options;
import lapce.ipc.shm.mem.MemPlatform;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The leader parks for an hour each time, so whatever comes was not the clock's doing.
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LeaderTest {
    private static final long LONG = TimeUnit.HOURS.toNanos(1);

    private final ControlRegion control = ControlRegion.create(new MemPlatform(), "ctl", Options.DEFAULT, 1);
    private final Bell bell = Bell.of(control, Place.SERVER_LEADER);

    LeaderTest() throws IpcException {}

    private static class Log implements Leader.Work {
        final BlockingQueue<Integer> slots = new LinkedBlockingQueue<>();
        final BlockingQueue<Boolean> rounds = new LinkedBlockingQueue<>();
        final CompletableFuture<Throwable> ended = new CompletableFuture<>();

        @Override
        public long mine(int word) {
            return word == 0 ? ~(1L << 7) : -1; // slot 7 is another's
        }

        @Override
        public void ready(int slot) {
            slots.add(slot);
        }

        @Override
        public long round() {
            rounds.add(true);
            return LONG;
        }

        @Override
        public void ended(Throwable cause) {
            ended.complete(cause);
        }
    }

    private Leader started(Leader.Work work) throws IpcException {
        Leader leader = Leader.ofServer(control, work, new Rescues("test"), "test");
        leader.start();
        return leader;
    }

    @Test
    void readySlotsOfItsOwnAreTakenAndOthersLeft() throws Exception {
        Log log = new Log();
        Leader leader = started(log);
        for (int slot : new int[] {0, 7, 63, 64, 1023}) {
            bell.ring(slot);
        }
        assertEquals(
                Set.of(0, 63, 64, 1023),
                Set.of(log.slots.take(), log.slots.take(), log.slots.take(), log.slots.take()));
        leader.stop();
        assertEquals(0, log.slots.size());
        assertNull(log.ended.get());
        control.addReady(ControlLayout.SERVER_READY, 6);
        assertEquals(
                1L << 7 | 1L << 6,
                control.takeReady(ControlLayout.SERVER_READY, 0, -1));
    }

    @Test
    void aRequestIsOneMoreRound() throws Exception {
        Log log = new Log();
        Leader leader = started(log);
        log.rounds.take();
        for (int i = 0; i < 1000; i++) {
            leader.request();
            log.rounds.take();
        }
        leader.stop();
    }

    @Test
    void aFailureEndsItAndIsTold() throws Exception {
        RuntimeException failure = new UnsupportedOperationException("as the test says");
        Log log = new Log() {
            @Override
            public void ready(int slot) {
                throw failure;
            }
        };
        Leader leader = started(log);
        bell.ring(3);
        assertSame(failure, log.ended.get());
        leader.stop();
        leader.request();
    }

    @Test
    void stoppingOneThatNeverStartedDoesNothing() {
        Leader.ofServer(control, new Log(), new Rescues("test"), "test").stop();
    }
}
