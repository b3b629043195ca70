package lapce.ipc.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import lapce.ipc.api.Ipc;
import lapce.ipc.api.Listener;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// The server of `bench death`. An order is a number of connections since its start, which it waits for, or
/// [DeathNotices#ORDER].
@Command(name = "death-server", hidden = true)
final class DeathServerCommand implements Callable<Integer> {
    @Parameters(index = "0")
    private String endpoint;

    @Mixin
    private DeathOptions options;

    private final Semaphore arrivals = new Semaphore(0);
    private BlockedReaders readers;
    private int awaited;

    @Override
    public Integer call() throws IOException {
        Orders orders = Orders.start();
        readers = options.readers();
        try (Listener listener = Ipc.bind(endpoint)) {
            System.out.println("bound");
            Thread.ofPlatform().daemon().name("answers").start(() -> answer(orders));
            for (;;) {
                readers.add(listener.accept());
                arrivals.release();
            }
        }
    }

    private void answer(Orders orders) {
        try {
            for (;;) {
                System.out.println(follow(orders.next()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String follow(String order) throws IOException {
        if (order.startsWith(DeathNotices.ORDER)) {
            return JsonOption.write(readers.next(DeathNotices.count(order)));
        }
        int connections = Integer.parseInt(order);
        arrivals.acquireUninterruptibly(connections - awaited);
        awaited = connections;
        return "here";
    }
}
