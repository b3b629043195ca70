package lapce.ipc.shm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Set;
import java.util.function.BooleanSupplier;
import lapce.ipc.api.IpcException;
import lapce.ipc.api.Listener;
import lapce.ipc.api.Options;
import lapce.ipc.api.OutOfSharedMemoryException;
import lapce.ipc.api.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Memory made ahead of need: used when it fits, given back when it does not, and nobody's duty.
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WarmSlotsTest {
    private static final Options TWO = Options.DEFAULT.withWarmSlots(2);

    private final Watched platform = new Watched();
    private final ShmTransport transport = new ShmTransport(platform);

    @Test
    void theFirstFreeSlotsHaveTheirRegionBeforeAnyClientCame() throws IOException {
        try (Listener listener = transport.bind("a", TWO)) {
            await(() -> regions().equals(Set.of("s0g0", "s1g0")));
            assertEquals(0, listener.rescuedWakeUps());
        }
        assertEquals(Set.of(), regions());
    }

    @Test
    void aClientUsesWhatIsThereAndMoreIsMade() throws IOException {
        try (Listener listener = transport.bind("a", TWO)) {
            await(() -> regions().equals(Set.of("s0g0", "s1g0")));
            platform.created = 0;
            try (Stream client = transport.connect("a", TWO);
                    Stream server = listener.accept()) {
                exchange(client, server);
                await(() -> regions().equals(Set.of("s0g0", "s1g0", "s2g0")));
                assertEquals(1, platform.created, "by the server");
            }
            await(() -> regions().equals(Set.of("s1g0", "s2g0")), "the other two stay");
        }
        assertEquals(Set.of(), regions());
    }

    @Test
    void aClientThatWantsOtherRingsMakesItsOwnUnderTheSameName() throws IOException {
        try (Listener listener = transport.bind("a", TWO)) {
            await(() -> regions().equals(Set.of("s0g0", "s1g0")));
            try (Stream client = transport.connect("a", TWO.withRingBytes(1 << 20));
                    Stream server = listener.accept()) {
                assertTrue(client.sharedMemoryBytes() > 2 << 20 && server.sharedMemoryBytes() > 2 << 20);
                exchange(client, server);
            }
        }
        assertEquals(Set.of(), regions());
    }

    @Test
    void withoutMemoryForThemClientsStillMakeTheirs() throws IOException {
        platform.fullAfter = 1; // the control region
        try (Listener listener = transport.bind("a", TWO)) {
            await(() -> platform.refused > 0);
            platform.fullAfter = Integer.MAX_VALUE;
            try (Stream client = transport.connect("a", TWO);
                    Stream server = listener.accept()) {
                exchange(client, server);
            }
            await(() -> regions().size() == 2, "a slot that comes back is a new attempt");
        }
    }

    @Test
    void aClosedListenerKeepsNoneThoughAStreamLives() throws IOException {
        Listener listener = transport.bind("a", TWO);
        await(() -> regions().equals(Set.of("s0g0", "s1g0"))); // else the client may have another than the first
        try (Stream client = transport.connect("a", TWO);
                Stream server = listener.accept()) {
            await(() -> regions().size() == 3);
            listener.close();
            await(() -> regions().equals(Set.of("s0g0")));
            exchange(client, server);
        }
    }

    @Test
    void noneIsMadeWhenNoneIsAskedFor() throws IOException {
        Options none = TWO.withWarmSlots(0);
        try (Listener listener = transport.bind("a", none);
                Stream client = transport.connect("a", none);
                Stream server = listener.accept()) {
            exchange(client, server);
            assertEquals(Set.of("s0g0"), regions());
        }
    }

    private static void exchange(Stream client, Stream server) throws IOException {
        client.send(MemorySegment.ofArray(new byte[] {1}));
        assertArrayEquals(new byte[] {1}, server.receive());
        server.send(MemorySegment.ofArray(new byte[] {2}));
        assertArrayEquals(new byte[] {2}, client.receive());
    }

    /// Slot and generation of each connection's region.
    private Set<String> regions() {
        try {
            return Set.copyOf(platform.list("").stream()
                    .filter(name -> !name.endsWith("~ctl"))
                    .map(name -> name.substring(name.lastIndexOf('~') + 1))
                    .toList());
        } catch (IpcException e) {
            throw new AssertionError(e);
        }
    }

    private static void await(BooleanSupplier condition) {
        await(condition, "");
    }

    /// Within the test's time limit.
    private static void await(BooleanSupplier condition, String why) {
        while (!condition.getAsBoolean()) {
            Thread.onSpinWait();
            if (Thread.interrupted()) {
                throw new AssertionError("never came: " + why);
            }
        }
    }

    /// Counts what is created, and refuses to create more.
    private static final class Watched extends DelegatingPlatform {
        private volatile int fullAfter = Integer.MAX_VALUE;
        private volatile int created;
        private volatile int refused;

        @Override
        public synchronized Region create(String name, long byteSize) throws IpcException {
            if (created >= fullAfter) {
                refused++;
                throw new OutOfSharedMemoryException("as the test says");
            }
            created++;
            return super.create(name, byteSize);
        }
    }
}
