package lapce.ipc.test.contract;

import static lapce.ipc.test.contract.Pair.BRIEFLY;
import static lapce.ipc.test.contract.Pair.SOON;
import static lapce.ipc.test.contract.Pair.fill;
import static lapce.ipc.test.contract.Pair.message;
import static lapce.ipc.test.contract.Pair.receiveText;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import lapce.ipc.api.Poller;
import lapce.ipc.api.Stream;
import org.junit.jupiter.api.Test;

/// How a poller tells of room. Part of [PollerContract].
public interface PollerRoomContract extends PairFixture {
    @Test
    default void roomThatIsWantedRunsTheActionOnce() throws Exception {
        try (Poller poller = Poller.open(); Pair pair = openSmall()) {
            Stream server = pair.server();
            List<Boolean> offered = new ArrayList<>();
            Poller.Key[] key = new Poller.Key[1];
            int[] runs = new int[1];
            key[0] = poller.add(server, () -> {
                runs[0]++;
                server.poll((_, _, _) -> {}, 10);
                offered.add(server.offer(message("answer")));
                if (!offered.getLast()) {
                    key[0].wantRoom(6);
                }
            });
            int filled = fill(server);
            pair.client().send(message("request"));
            poller.await(1, SOON);
            assertEquals(List.of(false), offered);
            assertEquals(0, poller.await(1, BRIEFLY));
            for (int i = 0; i < filled; i++) {
                assertEquals("fill", receiveText(pair.client()));
            }
            while (runs[0] < 2) {
                poller.await(1, SOON);
            }
            assertEquals(List.of(false, true), offered);
            assertEquals("answer", receiveText(pair.client()));
            assertEquals(0, poller.await(1, BRIEFLY));
        }
    }

    /// So many that the sender counts as busy, which who waits for room is not.
    @Test
    default void roomThatIsWantedIsToldThoughManySmallMessagesFitMeanwhile() throws Exception {
        try (Poller poller = Poller.open(); Pair pair = open()) {
            Stream server = pair.server();
            int half = server.maxClaimLength();
            assertTrue(server.offer(MemorySegment.ofArray(new byte[half])));
            int[] runs = new int[1];
            Poller.Key[] key = new Poller.Key[1];
            key[0] = poller.add(server, () -> {
                server.poll((_, _, _) -> {}, 10);
                if (runs[0]++ == 0) {
                    key[0].wantRoom(half);
                }
            });
            pair.client().send(message("x"));
            poller.await(1, SOON);
            assertEquals(0, poller.await(1, BRIEFLY));
            for (int i = 0; i < 1000; i++) {
                assertTrue(server.offer(MemorySegment.ofArray(new byte[1])));
            }
            assertEquals(1001, pair.client().poll((_, _, _) -> {}, Integer.MAX_VALUE));
            assertEquals(1, poller.await(1, SOON));
            assertEquals(0, pair.listener().rescuedWakeUps());
        }
    }

    @Test
    default void roomThatIsThereAlreadyRunsTheActionAgain() throws Exception {
        try (Poller poller = Poller.open(); Pair pair = open()) {
            int[] runs = new int[1];
            Poller.Key[] key = new Poller.Key[1];
            key[0] = poller.add(pair.server(), () -> {
                pair.server().poll((_, _, _) -> {}, 10);
                if (runs[0]++ == 0) {
                    key[0].wantRoom(1);
                }
            });
            pair.client().send(message("x"));
            while (runs[0] < 2) {
                poller.await(1, SOON);
            }
            assertEquals(0, poller.await(1, BRIEFLY));
        }
    }

    @Test
    default void aTurnLeavesAnotherThreadsWaitForRoomAlone() throws Exception {
        try (Poller poller = Poller.open(); Pair pair = openSmall()) {
            Texts texts = new Texts();
            poller.add(pair.server(), texts.of(pair.server(), 10));
            poller.poll(1);
            int filled = fill(pair.server());
            Background<Void> sending = Background.run(() -> pair.server().send(message("late"), Stream.FOREVER));
            sending.awaitParked();
            pair.client().send(message("x"));
            poller.await(1, SOON);
            sending.awaitParked();
            for (int i = 0; i < filled; i++) {
                assertEquals("fill", receiveText(pair.client()));
            }
            sending.get();
        }
    }

    @Test
    default void roomMayBeWantedByAnotherStreamsAction() throws Exception {
        try (Poller poller = Poller.open(); Pair from = open(); Pair to = openSmall()) {
            int[] runs = new int[1];
            Poller.Key key = poller.add(to.server(), () -> runs[0]++);
            poller.add(from.server(), () -> {
                from.server().poll((_, _, _) -> {}, 10);
                key.wantRoom(4);
            });
            int filled = fill(to.server());
            from.client().send(message("x"));
            poller.await(10, SOON);
            assertEquals(0, poller.await(10, BRIEFLY));
            for (int i = 0; i < filled; i++) {
                assertEquals("fill", receiveText(to.client()));
            }
            while (runs[0] == 0) {
                poller.await(10, SOON);
            }
        }
    }
}
