package lapce.ipc.shm.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import lapce.ipc.api.IpcException;
import lapce.ipc.api.Options;
import lapce.ipc.shm.Parker;
import lapce.ipc.shm.Region;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/// The time limit is the guard: a park that is not ended would last a day.
@EnabledOnOs(OS.LINUX)
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FutexParkerTest {
    private static final String NAME = "lapce_ipc_" + Options.DEFAULT.session() + "_parker-" + ProcessHandle.current().pid();
    private static final long DAY = TimeUnit.DAYS.toNanos(1);
    private static final long OFFSET = 8;

    private final LinuxPlatform platform = new LinuxPlatform();
    private Region ours;
    private Region theirs;
    private Parker parker;

    @BeforeEach
    void mapTwice() throws IpcException {
        ours = platform.create(NAME, 4096);
        theirs = platform.open(NAME, 4096);
        parker = ours.parker(OFFSET);
    }

    @AfterEach
    void unmap() throws IpcException {
        ours.close();
        theirs.close();
        platform.unlink(NAME);
    }

    @Test
    void unparkBeforeParkIsRemembered() {
        theirs.parker(OFFSET).unpark();
        assertTrue(parker.park(DAY));
        assertEquals(0, permit());
    }

    @Test
    void permitIsOneHoweverOftenItWasGiven() {
        parker.unpark();
        parker.unpark();
        assertEquals(1, permit());
        parker.park(DAY);
        assertEquals(0, permit());
    }

    @Test
    void parkIsEndedThroughAnotherMappingOfTheRegion() throws Exception {
        FutureTask<Void> parked = new FutureTask<>(() -> {
            while (!parker.park(DAY)) {} // it may end for no reason
        }, null);
        Thread.ofPlatform().daemon().start(parked);
        Thread.sleep(20); // long enough to be parked; when it was not, the test is weaker but right
        theirs.parker(OFFSET).unpark();
        parked.get();
        assertEquals(0, permit());
    }

    @Test
    void parkReturnsWhenTheTimeIsUp() {
        assertFalse(parker.park(TimeUnit.MILLISECONDS.toNanos(5)));
        assertEquals(0, permit());
    }

    @Test
    void otherWordsHavePermitsOfTheirOwn() {
        theirs.parker(OFFSET + 4).unpark();
        assertEquals(0, permit());
        assertEquals(1, ours.memory().get(JAVA_INT, OFFSET + 4));
    }

    @Test
    void noWakeIsLostInAPingPong() throws Exception {
        int rounds = 20_000;
        Parker echo = theirs.parker(OFFSET + 128);
        FutureTask<Void> other = new FutureTask<>(() -> {
            for (int i = 1; i <= rounds; i++) {
                while (ours.memory().get(JAVA_INT, 256) < i) {
                    echo.park(DAY);
                }
                theirs.memory().set(JAVA_INT, 384, i);
                theirs.parker(OFFSET).unpark();
            }
            return null;
        });
        Thread.ofPlatform().daemon().start(other);
        for (int i = 1; i <= rounds; i++) {
            ours.memory().set(JAVA_INT, 256, i);
            ours.parker(OFFSET + 128).unpark();
            while (ours.memory().get(JAVA_INT, 384) < i) {
                parker.park(DAY);
            }
        }
        other.get();
    }

    private int permit() {
        return ours.memory().get(JAVA_INT, OFFSET);
    }
}
