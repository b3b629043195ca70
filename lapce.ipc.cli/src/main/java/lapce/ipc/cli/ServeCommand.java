package lapce.ipc.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import lapce.ipc.api.ClosedException;
import lapce.ipc.api.Ipc;
import lapce.ipc.api.IpcException;
import lapce.ipc.api.Listener;
import lapce.ipc.api.Options;
import lapce.ipc.api.PeerGoneException;
import lapce.ipc.api.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// Sends every message back to where it came from, until it is stopped.
@Command(name = "serve", description = "Binds NAME and sends every message back, until stopped with Ctrl-C.")
final class ServeCommand implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", description = "The endpoint to bind.")
    private String name;

    @Mixin
    private GroupOption group;

    @Override
    public Integer call() throws IOException {
        try (Listener listener = Ipc.bind(name, group.of(Options.DEFAULT))) {
            Runtime.getRuntime().addShutdownHook(new Thread(listener::close));
            System.err.println("serving " + listener.endpoint());
            acceptUntilClosed(listener);
        }
        return 0;
    }

    private static void acceptUntilClosed(Listener listener) throws IOException {
        for (;;) {
            try {
                Stream stream = listener.accept();
                Thread.startVirtualThread(() -> echo(stream));
            } catch (ClosedException e) {
                return;
            } catch (IpcException e) {
                report(e); // one client could not be served; the next one may
            }
        }
    }

    private static void echo(Stream stream) {
        try (stream) {
            new Echo(stream).run();
        } catch (PeerGoneException | ClosedException e) {
            return; // clients come and go
        } catch (IOException e) {
            report(e);
        }
    }

    private static void report(IOException e) {
        System.err.println(OneLineErrors.PREFIX + e.getMessage());
    }
}
