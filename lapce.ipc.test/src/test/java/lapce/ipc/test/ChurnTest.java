package lapce.ipc.test;

import static lapce.ipc.test.contract.Pair.SOON;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import lapce.ipc.api.ClosedException;
import lapce.ipc.api.Ipc;
import lapce.ipc.api.Listener;
import lapce.ipc.api.Options;
import lapce.ipc.api.Stream;
import lapce.ipc.test.contract.Background;
import lapce.ipc.test.contract.Pair;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/// Connections that come and go leave nothing. `-Dchurn.cycles=100000` for the long form, which prints how long a connect
/// takes until it is accepted.
@EnabledOnOs(OS.LINUX)
class ChurnTest {
    private static final int CYCLES = Integer.getInteger("churn.cycles", 4000);
    private static final int CLIENTS = 8;

    @Test
    @Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void eightClientsThatComeAndGoLeaveNothing() throws Exception {
        String endpoint = Pair.freshEndpoint("shm");
        SharedObjects objects = new SharedObjects(endpoint.substring("shm:".length()));
        Options options = Options.DEFAULT.withSlots(16, 16).withConnectTimeout(SOON);
        try (Listener listener = Ipc.bind(endpoint, options)) {
            long[] nanos = new long[CYCLES];
            Background<Void> accepting = Background.run(() -> acceptAll(listener, nanos));
            churn(endpoint, options, CLIENTS * 10);
            long files = count("fd");
            long mappings = count("map_files");
            churn(endpoint, options, CYCLES - 2 * CLIENTS * 10);
            churn(endpoint, options, CLIENTS * 10);
            accepting.get();
            Arrays.sort(nanos);
            System.out.printf("connect to accepted: p50 %,d ns, p99 %,d ns%n", nanos[CYCLES / 2], nanos[CYCLES / 100 * 99]);
            List<Stream> all = new ArrayList<>();
            for (int i = 0; i < options.maxSlots(); i++) {
                all.add(Ipc.connect(endpoint, options)); // every slot is there
            }
            all.forEach(Stream::close);
            assertTrue(count("fd") <= files + 3, "descriptors=" + count("fd") + ", before=" + files);
            Background.await("memory is given back", () -> count("map_files") <= mappings + 2 * CLIENTS + 32);
            assertEquals(0, listener.rescuedWakeUps());
        }
        assertEquals(List.of(), objects.names());
    }

    private static void churn(String endpoint, Options options, int cycles) throws Exception {
        List<Background<Void>> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(Background.run(() -> {
                MemorySegment started = MemorySegment.ofArray(new long[1]);
                for (int cycle = 0; cycle < cycles / CLIENTS; cycle++) {
                    long start = System.nanoTime();
                    try (Stream stream = Ipc.connect(endpoint, options)) {
                        started.set(ValueLayout.JAVA_LONG, 0, start);
                        stream.send(started);
                    }
                }
            }));
        }
        for (Background<Void> client : clients) {
            client.awaitEnd();
        }
    }

    private static void acceptAll(Listener listener, long[] nanos) throws IOException {
        for (int i = 0; i < nanos.length; i++) {
            try (Stream stream = listener.accept()) {
                long accepted = System.nanoTime();
                int at = i;
                stream.receive((segment, offset, _) -> nanos[at] = accepted - segment.get(ValueLayout.JAVA_LONG, offset), 1);
            } catch (ClosedException e) {
                throw new IOException("closed early: accepted=" + i, e);
            }
        }
    }

    private static long count(String what) {
        try (var entries = Files.list(Path.of("/proc/self", what))) {
            return entries.count();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
