package lapce.ipc.test.contract;

import static lapce.ipc.test.contract.Pair.SOON;
import static lapce.ipc.test.contract.Pair.fill;
import static lapce.ipc.test.contract.Pair.message;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import lapce.ipc.api.Ipc;
import lapce.ipc.api.Listener;
import lapce.ipc.api.Options;
import lapce.ipc.api.Stream;
import org.junit.jupiter.api.Test;

/// One virtual thread for each end of each connection, all of them waiting: none holds a carrier, and each is woken.
public interface VirtualThreadContract extends PairFixture {
    /// How much longer than a platform thread a virtual one may be kept from running: more than a busy machine's whims, less than
    /// a wait that holds its carrier.
    Duration MOST_MISSED = Duration.ofSeconds(1);

    @Test
    default void thousandsThatWaitHoldNoCarrierAndAreWoken() throws Exception {
        int count = 1000;
        int fulls = 20;
        Options options = Options.DEFAULT
                .withRingBytes(Options.MIN_RING_BYTES).withConnectTimeout(SOON).withSendTimeout(Stream.FOREVER);
        String endpoint = Pair.freshEndpoint(scheme());
        try (Listener listener = Ipc.bind(endpoint, options)) {
            List<Pair> pairs = new ArrayList<>();
            for (int i = 0; i < count + fulls; i++) {
                Stream client = Ipc.connect(endpoint, options);
                pairs.add(new Pair(listener, client, listener.accept(SOON)));
            }
            List<Pair> full = pairs.subList(count, count + fulls);
            List<Background<byte[]>> receiving = new ArrayList<>();
            for (Pair pair : pairs.subList(0, count)) {
                receiving.add(Background.call(Thread.ofVirtual(), () -> pair.client().receive()));
                receiving.add(Background.call(Thread.ofVirtual(), () -> pair.server().receive()));
            }
            List<Background<Void>> sending = new ArrayList<>();
            for (Pair pair : full) {
                fill(pair.client());
                sending.add(Background.call(Thread.ofVirtual(), () -> {
                    pair.client().send(message("late"));
                    return null;
                }));
            }
            Background<Stream> accepting = Background.call(Thread.ofVirtual(), () -> listener.accept());
            receiving.forEach(Background::awaitParked);
            sending.forEach(Background::awaitParked);
            accepting.awaitParked();

            // a pinned carrier would be missing here; all of them would stop this for ever
            assertEquals("runs", Background.call(Thread.ofVirtual(), () -> "runs").get());
            Ticker virtual = Ticker.start(Thread.ofVirtual());
            Ticker platform = Ticker.start(Thread.ofPlatform().daemon());

            for (int i = 0; i < count; i++) {
                pairs.get(i).server().send(message("down " + i));
                pairs.get(i).client().send(message("up " + i));
            }
            for (int i = 0; i < count; i++) {
                assertArrayEquals(("down " + i).getBytes(StandardCharsets.UTF_8), receiving.get(2 * i).get());
                assertArrayEquals(("up " + i).getBytes(StandardCharsets.UTF_8), receiving.get(2 * i + 1).get());
            }
            for (int i = 0; i < fulls; i++) {
                full.get(i).server().receive(SOON);
                sending.get(i).get();
            }
            Duration missed = virtual.longestGap();
            Duration machine = platform.longestGap(); // which may be busy otherwise
            assertTrue(
                    missed.compareTo(machine.plus(MOST_MISSED)) <= 0,
                    "virtual thread did not run for " + missed + ", platform thread for " + machine);
            Stream last = Ipc.connect(endpoint, options);
            accepting.get().close();
            last.close();
            assertEquals(0, listener.rescuedWakeUps());
            for (Pair pair : pairs) {
                pair.client().close();
                pair.server().close();
            }
        }
    }
}
