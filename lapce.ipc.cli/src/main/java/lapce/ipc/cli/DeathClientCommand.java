package lapce.ipc.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import lapce.ipc.api.Ipc;
import lapce.ipc.api.Options;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// A client process of `bench death`. Its order is [DeathNotices#ORDER].
@Command(name = "death-client", hidden = true)
final class DeathClientCommand implements Callable<Integer> {
    private static final Options PATIENT = Options.DEFAULT.withConnectTimeout(Duration.ofSeconds(30));

    @Parameters(index = "0")
    private String endpoint;

    @Option(names = "--connections")
    private int connections;

    @Mixin
    private DeathOptions options;

    @Override
    public Integer call() throws IOException {
        Orders orders = Orders.start();
        BlockedReaders readers = options.readers();
        for (int i = 0; i < connections; i++) {
            readers.add(Ipc.connect(endpoint, PATIENT));
        }
        System.out.println("connected");
        for (;;) {
            System.out.println(JsonOption.write(readers.next(DeathNotices.count(orders.next()))));
        }
    }
}
