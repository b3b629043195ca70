package lapce.ipc.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import lapce.ipc.api.Ipc;

/// One server and client processes with many connections to it, which do as they are told.
final class ScaleProcesses implements AutoCloseable {
    /// Each has many connections. More than there are processors would share those with the server, and measure the scheduler.
    private static final int MOST_CLIENT_PROCESSES = Math.clamp(Runtime.getRuntime().availableProcessors(), 2, 8);

    private static final int STARTING_AT_ONCE = 8; // hundreds would keep one another from connecting in time

    private final String endpoint =
            "scale-%d-%08x".formatted(ProcessHandle.current().pid(), ThreadLocalRandom.current().nextInt());
    private final Cast cast;
    private final int[] shares;
    private final ChildProcess server;
    private final List<ChildProcess> clients = new ArrayList<>();
    private int connected; // since the server's start

    private ScaleProcesses(Cast cast, int... shares) throws IOException {
        this.cast = cast;
        this.shares = shares;
        List<String> arguments = new ArrayList<>(cast.arguments());
        arguments.add(endpoint);
        this.server = ChildProcess.start(cast.server(), arguments);
    }

    /// As many client processes as there are processors share the connections. Returns when all are connected.
    static ScaleProcesses start(int connections, ScaleOptions options) throws IOException {
        return start(options.cast(), shares(connections, Math.min(MOST_CLIENT_PROCESSES, connections)));
    }

    /// One client process for each share of the connections. Returns when all are connected.
    static ScaleProcesses start(Cast cast, int... shares) throws IOException {
        ScaleProcesses processes = new ScaleProcesses(cast, shares);
        try {
            processes.server.line(); // bound
            processes.startClients();
            processes.awaitAccepted(Arrays.stream(shares).sum());
            return processes;
        } catch (IOException | RuntimeException e) {
            processes.close();
            throw e;
        }
    }

    /// Equal ones, as far as that goes.
    static int[] shares(int connections, int processes) {
        int[] shares = new int[processes];
        for (int i = 0; i < processes; i++) {
            shares[i] = connections * (i + 1) / processes - connections * i / processes;
        }
        return shares;
    }

    private void startClients() throws IOException {
        for (int i = 0; i < shares.length; i++) {
            clients.add(startClient(i));
            if (i >= STARTING_AT_ONCE) {
                clients.get(i - STARTING_AT_ONCE).line(); // connected
            }
        }
        for (int i = Math.max(0, shares.length - STARTING_AT_ONCE); i < shares.length; i++) {
            clients.get(i).line();
        }
    }

    private ChildProcess startClient(int index) throws IOException {
        List<String> arguments = new ArrayList<>(cast.arguments());
        arguments.add("--connections=" + shares[index]);
        arguments.add(endpoint);
        return ChildProcess.start(cast.clientJava(), cast.client(), arguments);
    }

    private void awaitAccepted(int more) throws IOException {
        connected += more;
        server.order(Integer.toString(connected));
        server.line(); // all are here
    }

    ChildProcess server() {
        return server;
    }

    List<ChildProcess> clients() {
        return clients;
    }

    /// The connections of one client.
    int share(int index) {
        return shares[index];
    }

    /// Starts another client in the place of one that has ended.
    void replace(int index) throws IOException {
        clients.set(index, startClient(index));
        clients.get(index).line(); // connected
        awaitAccepted(shares[index]);
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
        clients.forEach(ChildProcess::askToEnd);
        clients.forEach(ChildProcess::close);
        server.close();
        Ipc.bind(endpoint).close();
    }
}
