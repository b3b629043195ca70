package lapce.ipc.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import lapce.ipc.api.Ipc;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// Shows on this machine what the library does, between two processes that it starts.
@Command(
        name = "demo",
        description = "Starts a server and a client process, lets them exchange checked messages, and prints how fast.")
final class DemoCommand implements Callable<Integer> {
    @Mixin
    private DemoScript script;

    @Mixin
    private JsonOption json;

    @Override
    public Integer call() throws IOException {
        script.check();
        String endpoint =
                "demo-%d-%08x".formatted(ProcessHandle.current().pid(), ThreadLocalRandom.current().nextInt());
        Path socket = Path.of(System.getProperty("java.io.tmpdir"), "lapce-ipc-" + endpoint);
        try {
            DemoReport report = run(endpoint, socket);
            json.print(report, report::text);
        } catch (IOException e) {
            sweep(endpoint);
            throw e;
        } finally {
            Files.deleteIfExists(socket); // there only if the server was killed
        }
        return 0;
    }

    /// Nobody else will ever bind these names, and a bind is what removes the remains of a killed server.
    private static void sweep(String endpoint) throws IOException {
        Ipc.bind(DemoScript.spinningEndpoint(endpoint)).close();
        Ipc.bind(DemoScript.blockingEndpoint(endpoint)).close();
    }

    private DemoReport run(String endpoint, Path socket) throws IOException {
        List<String> arguments = new ArrayList<>(script.arguments());
        arguments.addAll(List.of(endpoint, socket.toString()));
        try (ChildProcess server = ChildProcess.start("demo-server", arguments);
                ChildProcess client = ChildProcess.start("demo-client", arguments)) {
            server.whenItFails(client::askToEnd);
            client.whenItFails(server::askToEnd);
            String report = follow(client.output());
            server.check();
            client.check();
            if (report == null) {
                throw new IOException("the demo's processes lost each other");
            }
            return JsonOption.read(DemoReport.class, report);
        }
    }

    /// Shows lines as progress until the report comes.
    ///
    /// @return the report, or null if the process ended without one
    private static String follow(BufferedReader lines) throws IOException {
        try (Progress progress = new Progress()) {
            for (String line; (line = lines.readLine()) != null; progress.update(line)) {
                if (line.startsWith("{")) {
                    return line;
                }
            }
            return null;
        }
    }
}
