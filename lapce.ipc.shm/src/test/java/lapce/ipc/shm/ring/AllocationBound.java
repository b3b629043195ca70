package lapce.ipc.shm.ring;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;

/// What a call allocates beside its callbacks: no more than goes with the bytes that have come, whatever was announced.
public final class AllocationBound {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final long FIXED_BYTES = 64 << 10; // an exception, and the first buffer of any kind
    private static final int PLAYS = 4;

    /// A script that is played.
    public interface Play {
        /// From its start.
        ///
        /// @throws IOException an exception that was not expected
        void play() throws IOException;
    }

    private static final class Exceeded extends AssertionError {
        private static final long serialVersionUID = 1;

        private Exceeded(long allocated, long bytes) {
            super("allocated=" + allocated + " for bytes=" + bytes);
        }
    }

    private long allocated;
    private long started;
    private boolean running;

    /// Starts with nothing.
    public AllocationBound() {}

    /// Plays a script; once more if it allocated too much, since classes may have been loaded.
    ///
    /// @param script the script
    /// @throws IOException an exception that was not expected
    public static void watch(Play script) throws IOException {
        for (int left = PLAYS; left > 0; left--) {
            try {
                script.play();
                return;
            } catch (Exceeded e) {
                if (left == 1) {
                    throw e;
                }
            }
        }
    }

    /// The call begins.
    public void start() {
        allocated = 0;
        goOn();
    }

    /// A callback begins; twice does nothing.
    public void pause() {
        if (running) {
            allocated += THREADS.getCurrentThreadAllocatedBytes() - started;
            running = false;
        }
    }

    /// A callback ends.
    public void goOn() {
        started = THREADS.getCurrentThreadAllocatedBytes();
        running = true;
    }

    /// The call has ended.
    ///
    /// @param bytes that have come
    public void check(long bytes) {
        pause();
        if (allocated > FIXED_BYTES + 4 * bytes) {
            throw new Exceeded(allocated, bytes);
        }
    }
}
