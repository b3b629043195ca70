package lapce.ipc.shm.windows;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
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
import org.junit.jupiter.api.io.TempDir;

/// The time limit is the guard: a park that is not ended would last a day.
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EventParkerTest {
    private static final String NAME = "lapce_ipc_" + Options.DEFAULT.session() + "_parker-" + ProcessHandle.current().pid();
    private static final long DAY = TimeUnit.DAYS.toNanos(1);
    private static final long OFFSET = 8;

    @TempDir
    Path directory;

    private WindowsPlatform platform;
    private Region ours;
    private Region theirs;
    private Parker parker;

    @BeforeEach
    void mapTwice() throws IpcException {
        platform = new WindowsPlatform(Simulation.kernel(), directory);
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
    void aWakeBeforeTheParkIsSeen() {
        int seen = parker.wakes();
        theirs.parker(OFFSET).unpark();
        assertTrue(parker.park(seen, DAY));
        assertEquals(seen + 1, parker.wakes());
    }

    @Test
    void aWakeEndsAParkUnderWay() throws Exception {
        FutureTask<Void> first = parked(parker, parker.wakes());
        theirs.parker(OFFSET).unpark();
        first.get();
    }

    /// The signal wakes one of them; the other was late there, or looks by himself.
    @Test
    void aSleeperWhoseSignalAnotherTookWakesToo() throws Exception {
        int seen = parker.wakes();
        FutureTask<Void> first = parked(ours.parker(OFFSET), seen);
        FutureTask<Void> second = parked(theirs.parker(OFFSET), seen);
        theirs.parker(OFFSET).unpark();
        first.get();
        second.get();
    }

    @Test
    void aRegionIsNotClosedUnderASleeper() throws Exception {
        FutureTask<Void> sleeping = parked(parker, parker.wakes());
        ours.close(); // goes when the sleeper has
        assertFalse(sleeping.isDone());
        theirs.parker(OFFSET).unpark();
        sleeping.get();
    }

    private static FutureTask<Void> parked(Parker parker, int seen) {
        FutureTask<Void> parked = new FutureTask<>(() -> {
            while (!parker.park(seen, DAY)) {} // it may end for no reason
        }, null);
        Thread thread = Thread.ofPlatform().daemon().start(parked);
        while (Arrays.stream(thread.getStackTrace()).noneMatch(frame -> frame.getMethodName().equals("waitForSingleObject"))) {
            Thread.onSpinWait(); // until it is in the system, or about to be
        }
        return parked;
    }

    @Test
    void parkReturnsWhenTheTimeIsUp() {
        assertFalse(parker.park(parker.wakes(), TimeUnit.MILLISECONDS.toNanos(5)));
        assertEquals(0, count());
    }

    @Test
    void otherWordsHaveCountsOfTheirOwn() {
        theirs.parker(OFFSET + 4).unpark();
        assertEquals(0, count());
        assertEquals(1, ours.memory().get(JAVA_INT, OFFSET + 4));
    }

    @Test
    void noWakeIsLostInAPingPong() throws Exception {
        int rounds = 20_000;
        Parker echo = theirs.parker(OFFSET + 128);
        FutureTask<Void> other = new FutureTask<>(() -> {
            for (int i = 1; i <= rounds; i++) {
                for (int seen = echo.wakes(); ours.memory().get(JAVA_INT, 256) < i; seen = echo.wakes()) {
                    echo.park(seen, DAY);
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
            for (int seen = parker.wakes(); ours.memory().get(JAVA_INT, 384) < i; seen = parker.wakes()) {
                parker.park(seen, DAY);
            }
        }
        other.get();
    }

    private int count() {
        return ours.memory().get(JAVA_INT, OFFSET);
    }
}
