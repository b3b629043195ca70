package lapce.ipc.cli;

import java.io.IOException;

/// Ends this process when the one that started it has ended, whatever the cause: its end of our standard input closes.
final class ParentWatch {
    private ParentWatch() {}

    static void start() {
        Thread.ofPlatform().daemon().name("parent-watch").start(ParentWatch::awaitEnd);
    }

    private static void awaitEnd() {
        try {
            while (System.in.read() >= 0) {}
        } catch (IOException _) {
            // as good as the end
        }
        System.exit(DemoProcess.OTHER_IS_GONE); // in order, so that nothing is left behind
    }
}
