package lapce.ipc.test.contract;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// A call that runs in a thread of its own, because it shall wait for the test, or the test for it.
///
/// @param <T> what the call returns
public final class Background<T> {
    /// What is run.
    public interface Action {
        /// Runs it.
        ///
        /// @throws Exception if it fails, which [Background#get] passes on
        void run() throws Exception;
    }

    /// What a call that hangs is given, which is more than any other needs.
    static final Duration GUARD = Duration.ofSeconds(30);

    private static final long LOOK_NANOS = TimeUnit.MICROSECONDS.toNanos(100); // what is waited for needs the processor

    private final FutureTask<T> task;
    private final Thread thread;

    private Background(Thread.Builder builder, Callable<T> call) {
        this.task = new FutureTask<>(call);
        this.thread = builder.start(task);
    }

    /// Calls in a platform thread.
    ///
    /// @param <T> what the call returns
    /// @param call what to call
    /// @return the running call
    public static <T> Background<T> call(Callable<T> call) {
        return call(Thread.ofPlatform().daemon(), call);
    }

    /// Calls in a thread of any kind.
    ///
    /// @param <T> what the call returns
    /// @param builder makes the thread
    /// @param call what to call
    /// @return the running call
    public static <T> Background<T> call(Thread.Builder builder, Callable<T> call) {
        return new Background<>(builder, call);
    }

    /// Runs in a platform thread.
    ///
    /// @param action what to run
    /// @return the running action
    public static Background<Void> run(Action action) {
        return call(() -> {
            action.run();
            return null;
        });
    }

    /// Waits, within a guard against hanging, until a condition holds.
    ///
    /// @param what its name for the failure
    /// @param condition what to wait for
    public static void await(String what, BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > GUARD.toNanos()) {
                throw new AssertionError("waited 30 s in vain: " + what);
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    /// Waits until the thread is parked, so that the call is known to wait for something.
    ///
    /// @return this
    public Background<T> awaitParked() {
        await("thread parks", () -> isDone() || isParked());
        if (isDone()) {
            throw new AssertionError("the call did not wait");
        }
        return this;
    }

    /// A thread that waits in a native call counts as running, and is known by the class that it waits in, as far as there is one.
    private boolean isParked() {
        return switch (thread.getState()) {
            case WAITING, TIMED_WAITING -> true;
            case RUNNABLE -> Arrays.stream(thread.getStackTrace()).anyMatch(frame -> frame.getClassName().endsWith("Parker"));
            default -> false;
        };
    }

    /// Interrupts the thread.
    public void interrupt() {
        thread.interrupt();
    }

    /// Whether the call has ended.
    ///
    /// @return true if it has
    public boolean isDone() {
        return task.isDone();
    }

    /// Waits for a call that takes long.
    ///
    /// @throws Exception what it threw
    public void awaitEnd() throws Exception {
        thread.join();
        get();
    }

    /// Waits for the call, within a guard against hanging.
    ///
    /// @return what it returned
    /// @throws Exception what it threw
    public T get() throws Exception {
        return get(GUARD);
    }

    /// Waits for the call, within a guard against hanging that says where it hangs.
    T get(Duration guard) throws Exception {
        try {
            return task.get(guard.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            e.setStackTrace(thread.getStackTrace());
            throw new AssertionError("the call has not ended within " + guard + "; it is where the cause says", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception exception) {
                throw exception;
            }
            throw (Error) e.getCause();
        }
    }
}
