package lapce.ipc.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import lapce.ipc.api.Ipc;

/// One server and a few client processes with many connections to it, which do as they are told.
final class ScaleProcesses implements AutoCloseable {
    /// Each has many connections. More than there are processors would share those with the server, and measure the scheduler.
    private static final int MOST_CLIENT_PROCESSES = Math.clamp(Runtime.getRuntime().availableProcessors(), 2, 8);

    private final String endpoint;
    private final ChildProcess server;
    private final List<ChildProcess> clients = new ArrayList<>();

    private ScaleProcesses(String endpoint, ScaleOptions options) throws IOException {
        this.endpoint = endpoint;
        List<String> arguments = new ArrayList<>(options.arguments());
        arguments.add(endpoint);
        this.server = ChildProcess.start("scale-server", arguments);
    }

    /// As many client processes as there are processors share the connections. Returns when all are connected.
    static ScaleProcesses start(int connections, ScaleOptions options) throws IOException {
        int count = Math.min(MOST_CLIENT_PROCESSES, connections);
        int[] shares = new int[count];
        for (int i = 0; i < count; i++) {
            shares[i] = connections * (i + 1) / count - connections * i / count;
        }
        return start(options, shares);
    }

    /// One client process for each share of the connections. Returns when all are connected.
    static ScaleProcesses start(ScaleOptions options, int... shares) throws IOException {
        String endpoint = "scale-%d-%08x".formatted(ProcessHandle.current().pid(), ThreadLocalRandom.current().nextInt());
        ScaleProcesses processes = new ScaleProcesses(endpoint, options);
        try {
            processes.server.line(); // bound
            for (int connections : shares) {
                List<String> arguments = new ArrayList<>(options.arguments());
                arguments.add("--connections=" + connections);
                arguments.add(endpoint);
                processes.clients.add(ChildProcess.start("scale-client", arguments));
            }
            for (ChildProcess client : processes.clients) {
                client.line(); // connected
            }
            processes.server.order(Integer.toString(Arrays.stream(shares).sum()));
            processes.server.line(); // all are here
            return processes;
        } catch (IOException | RuntimeException e) {
            processes.close();
            throw e;
        }
    }

    ChildProcess server() {
        return server;
    }

    List<ChildProcess> clients() {
        return clients;
    }

    /// Tells every client to do something, and waits until all of them have.
    void orderClients(String order) throws IOException {
        for (ChildProcess client : clients) {
            client.order(order);
        }
        for (ChildProcess client : clients) {
            client.line();
        }
    }

    /// A server that was killed leaves what only a bind removes, and nobody else will bind this name.
    @Override
    public void close() throws IOException {
        clients.forEach(ChildProcess::close);
        server.close();
        Ipc.bind(endpoint).close();
    }
}
