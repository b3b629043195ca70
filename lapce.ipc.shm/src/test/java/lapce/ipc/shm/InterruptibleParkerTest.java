package lapce.ipc.shm;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class InterruptibleParkerTest {
    /// Its memory is gone.
    private static final class GoneParker implements Parker {
        @Override
        public int wakes() {
            return 0;
        }

        @Override
        public boolean park(int seen, long nanos) {
            throw new InternalError("as the test says");
        }

        @Override
        public void unpark() {
            throw new IllegalStateException("as the test says");
        }
    }

    @Test
    void interruptEndsThePark() throws Exception {
        InterruptibleParker parker = new InterruptibleParker(new DeafParker());
        FutureTask<Boolean> parked = new FutureTask<>(() -> {
            parker.park(0, Long.MAX_VALUE);
            return Thread.interrupted();
        });
        Thread thread = Thread.ofPlatform().daemon().start(parked);
        thread.interrupt(); // before, while or after it parks
        assertTrue(parked.get());
    }

    @Test
    void interruptedThreadDoesNotPark() {
        Thread.currentThread().interrupt();
        new InterruptibleParker(new DeafParker()).park(0, Long.MAX_VALUE);
        assertTrue(Thread.interrupted());
    }

    @Test
    void parkEndsWhenTheTimeIsUp() {
        new InterruptibleParker(new DeafParker()).park(0, TimeUnit.MILLISECONDS.toNanos(1));
    }

    @Test
    void whoWakesOrInterruptsIsNotToBlameForMemoryThatIsGone() {
        InterruptibleParker parker = new InterruptibleParker(new GoneParker());
        assertDoesNotThrow(parker::wakeup);
        Thread.currentThread().interrupt();
        assertThrows(InternalError.class, () -> parker.park(0, Long.MAX_VALUE), "the sleeper finds it");
        assertTrue(Thread.interrupted());
        assertDoesNotThrow(Thread.currentThread()::interrupt); // the park has left nothing behind
        assertTrue(Thread.interrupted());
    }
}
