package lapce.ipc.shm.windows;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import lapce.ipc.api.Ipc;
import lapce.ipc.api.Listener;
import lapce.ipc.api.Stream;
import lapce.ipc.shm.Registry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What an endpoint leaves when all have closed: nothing, of what cannot be listed on Windows either.
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SimulatedLeftoversTest {
    private static final String NAME = "leftovers-" + ProcessHandle.current().pid();

    SimulatedLeftoversTest() {}

    @Test
    void handlesAndNamesOfAnEndpointGoWithIt(@TempDir Path elsewhere) throws Exception {
        new WindowsPlatform(Simulation.kernel(), elsewhere); // whatever is made once
        try (Listener listener = Ipc.bind("winsim:" + NAME)) {
            for (int i = 0; i < 100; i++) {
                exchange(listener);
            }
        }
        while (Simulation.openHandles() > 0) { // until the threads that watch have seen the end, of other tests' endpoints too, or the time is up
            Thread.onSpinWait();
        }
        assertEquals(List.of(), names());
    }

    private static void exchange(Listener listener) throws IOException {
        try (Stream client = Ipc.connect("winsim:" + NAME);
                Stream server = listener.accept()) {
            client.send(MemorySegment.ofArray(new byte[1]));
            assertEquals(1, server.receive().length);
        }
    }

    private static List<String> names() throws IOException {
        return new Registry(Simulation.directory()).list("").stream().filter(name -> name.contains(NAME)).toList();
    }
}
