package lapce.ipc.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/// What the process that started this one asks for, line by line. When that one has ended, whatever the cause, its end of
/// our standard input closes, and this process ends too.
final class Orders {
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    private final Runnable bell;

    private Orders(Runnable bell) {
        this.bell = bell;
    }

    static Orders start() {
        return start(() -> {});
    }

    /// @param bell called from another thread when there is one more
    static Orders start(Runnable bell) {
        Orders orders = new Orders(bell);
        Thread.ofPlatform().daemon().name("orders").start(orders::readAll);
        return orders;
    }

    String next() throws InterruptedIOException {
        try {
            return lines.take();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for orders");
        }
    }

    /// The next order if there is one now, else null.
    String poll() {
        return lines.poll();
    }

    private void readAll() {
        try {
            BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line = input.readLine(); line != null; line = input.readLine()) {
                lines.add(line);
                bell.run();
            }
        } catch (IOException _) {
            // as good as the end
        }
        System.exit(ChildProcess.OTHER_IS_GONE); // in order, so that nothing is left behind
    }
}
