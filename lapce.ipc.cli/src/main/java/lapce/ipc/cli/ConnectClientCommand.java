package lapce.ipc.cli;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import lapce.ipc.api.Ipc;
import lapce.ipc.api.Options;
import lapce.ipc.api.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// The clients of `bench connect`. An order is two numbers: connections of each thread, and how many a second of all together.
@Command(name = "connect-client", hidden = true)
final class ConnectClientCommand implements Callable<Integer> {
    private static final Options PATIENT = Options.DEFAULT.withConnectTimeout(Duration.ofSeconds(30));

    @Parameters(index = "0")
    private String endpoint;

    @Option(names = "--threads")
    private int threads;

    @Override
    public Integer call() throws IOException {
        Orders orders = Orders.start();
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            for (;;) {
                String[] order = orders.next().split(" ", 2);
                long each = Long.parseLong(order[0]);
                long perSecond = Long.parseLong(order[1]);
                long pause = perSecond == 0 ? 0 : TimeUnit.SECONDS.toNanos(threads) / perSecond;
                List<Future<?>> all = new ArrayList<>();
                for (int thread = 0; thread < threads; thread++) {
                    long first = System.nanoTime() + pause * thread / threads;
                    all.add(executor.submit(() -> cycle(first, each, pause)));
                }
                for (Future<?> one : all) {
                    one.get();
                }
                System.out.println("done");
            }
        } catch (ExecutionException e) {
            throw new IOException(e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private Void cycle(long first, long count, long pause) throws IOException {
        MemorySegment clock = MemorySegment.ofArray(new long[1]);
        for (long cycle = 0; cycle < count; cycle++) {
            for (long left = first + cycle * pause - System.nanoTime(); pause > 0 && left > 0; ) {
                LockSupport.parkNanos(left);
                left = first + cycle * pause - System.nanoTime();
            }
            long start = System.nanoTime();
            try (Stream stream = Ipc.connect(endpoint, PATIENT)) {
                clock.set(ValueLayout.JAVA_LONG, 0, start);
                stream.send(clock);
            }
        }
        return null;
    }
}
