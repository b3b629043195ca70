package lapce.ipc.shm.macos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf("lapce.ipc.shm.macos.Simulation#isAvailable")
class OsSyncParkerTest {
    private static final long LONG_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long SHORT_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final int WAKES = 2000;

    private final MemorySegment word = Arena.ofAuto().allocate(Integer.BYTES, Integer.BYTES);

    @Test
    void aWakeIsNeverLost() throws InterruptedException {
        pingPong(Simulation.libc());
    }

    /// Before macOS 14.4.
    @Test
    void norWhereThreadsCannotWaitAtAddresses() throws InterruptedException {
        pingPong(early());
    }

    private static Libc early() {
        SymbolLookup now = Simulation.lookup();
        Libc early = Libc.of(name -> name.startsWith("os_sync") ? Optional.empty() : now.find(name));
        assertFalse(early.canWait());
        return early;
    }

    private static void pingPong(Libc libc) throws InterruptedException {
        MemorySegment words = Arena.ofAuto().allocate(2 * Integer.BYTES, Integer.BYTES);
        OsSyncParker there = new OsSyncParker(libc, words.asSlice(0, Integer.BYTES));
        OsSyncParker back = new OsSyncParker(libc, words.asSlice(Integer.BYTES, Integer.BYTES));
        Thread answering = Thread.ofPlatform().start(() -> {
            for (int seen = 0; seen < WAKES; seen++) {
                awaitChange(there, seen);
                back.unpark();
            }
        });
        for (int seen = 0; seen < WAKES; seen++) {
            there.unpark();
            awaitChange(back, seen);
        }
        answering.join();
    }

    private static void awaitChange(OsSyncParker parker, int seen) {
        long start = System.nanoTime();
        while (parker.wakes() == seen) {
            parker.park(seen, LONG_NANOS);
            assertTrue(System.nanoTime() - start < LONG_NANOS, "a wake was lost");
        }
    }

    @Test
    void aPassedWakeIsSeenAtOnce() {
        OsSyncParker parker = new OsSyncParker(Simulation.libc(), word);
        int seen = parker.wakes();
        parker.unpark();
        assertTrue(parker.park(seen, LONG_NANOS));
        assertEquals(seen + 1, parker.wakes());
    }

    @Test
    void timeEndsTheWait() {
        for (Libc libc : new Libc[] {Simulation.libc(), early()}) {
            OsSyncParker parker = new OsSyncParker(libc, word);
            long start = System.nanoTime();
            while (System.nanoTime() - start < SHORT_NANOS) {
                assertFalse(parker.park(parker.wakes(), SHORT_NANOS));
            }
        }
    }
}
