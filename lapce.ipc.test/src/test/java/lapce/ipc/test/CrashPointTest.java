package lapce.ipc.test;

import static lapce.ipc.test.contract.Pair.freshEndpoint;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import lapce.ipc.api.ClosedException;
import lapce.ipc.api.Ipc;
import lapce.ipc.api.Listener;
import lapce.ipc.api.NoFreeSlotException;
import lapce.ipc.api.NoSuchEndpointException;
import lapce.ipc.api.Options;
import lapce.ipc.api.PeerGoneException;
import lapce.ipc.api.Stream;
import lapce.ipc.shm.Step;
import lapce.ipc.test.contract.Background;
import lapce.ipc.test.process.Ledger;
import lapce.ipc.test.process.Peer;
import lapce.ipc.test.process.Victim;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A process is killed at every [Step] of its life. What it had committed arrives, the other side learns of its death and
/// goes on, and nothing of it stays.
@EnabledOnOs(OS.LINUX)
class CrashPointTest {
    /// What a server comes to only if it outlives a client.
    private static final Set<Step> RECLAIMING =
            EnumSet.of(Step.REGION_UNLINKED, Step.SLOT_FREED, Step.LINE_LOCK_DELETED, Step.LINE_FREED);

    private final String endpoint = freshEndpoint("shm");
    private final SharedObjects objects = new SharedObjects(endpoint);

    @TempDir
    Path directory;

    private Path path;

    @BeforeEach
    void name() {
        path = directory.resolve("committed");
    }

    private enum Side {
        SERVER,
        CLIENT
    }

    /// Who comes past a step. A step that is not here does not compile.
    private static List<Side> sides(Step step) {
        return switch (step) {
            case LOCK_TAKEN, REGION_RESERVED, REGION_NAMED, CONNECTION_WRITTEN,
                    RECORD_WRITTEN, RECORD_BEHIND_PADDING, PUBLISHED, WOKEN, FRAGMENT_PUBLISHED,
                    HANDED_OUT, FRAGMENT_JOINED, CONSUMED, ARMED,
                    OUTPUT_ENDED, OUTPUT_CLOSED, INPUT_CLOSED, CLOSE_TOLD, UNMAPPED -> List.of(Side.SERVER, Side.CLIENT);
            case LOCK_DIRECTORY_MADE, LOCK_FILE_DELETED, NAME_HELD, SWEPT, EPOCH_LOCKED, CONTROL_WRITTEN, CONTROL_READY,
                    SLOT_WARMING, WARM_REGION_READY, SLOT_WARM, SLOTS_GROWN,
                    CLIENT_MAPPED, SLOT_ACCEPTED, ARRIVED, SERVER_DONE,
                    REGION_UNLINKED, SLOT_FREED, LINE_LOCK_DELETED, LINE_FREED,
                    NAME_CLOSED, CONTROL_UNLINKED, NAME_FREED, EPOCH_FREED, REGIONS_SWEPT -> List.of(Side.SERVER);
            case CONTROL_MAPPED, LINE_LOCKED, LINE_TAKEN, JOINED, SLOT_WANTED,
                    SLOT_CLAIMED, WARM_REGION_MAPPED, CONNECTION_READY, SLOT_OPENED, OPENING_TOLD,
                    CLIENT_DONE -> List.of(Side.CLIENT);
        };
    }

    private static List<Step> stepsOf(Side side) {
        return Arrays.stream(Step.values()).filter(step -> sides(step).contains(side)).toList();
    }

    static List<Step> stepsOfClient() {
        return stepsOf(Side.CLIENT);
    }

    static List<Step> stepsOfServer() {
        return stepsOf(Side.SERVER);
    }

    /// The server has one slot, so that one which does not come back is missed.
    @ParameterizedTest
    @MethodSource("stepsOfClient")
    void aClientDies(Step step) throws Exception {
        try (Ledger ledger = Ledger.create(path, Victim.CONNECTIONS)) {
            List<Background<Integer>> received = new ArrayList<>();
            Background<Void> serving;
            try (Listener listener = Ipc.bind(endpoint, Victim.SERVER.withSlots(1, 1))) {
                Background.await("a region ahead of need", () -> objects.connections().size() == 1);
                serving = Background.run(() -> serve(listener, received));
                try (PeerProcess client =
                        PeerProcess.stoppingAt(step, Peer.Role.VICTIM_CLIENT, endpoint, path.toString())) {
                    client.awaitStopped(step);
                }
                assertServes();
            }
            serving.get();
            assertNothingIsLost(received.subList(0, received.size() - 1), ledger);
        }
        assertNothingRemains();
    }

    private static void serve(Listener listener, List<Background<Integer>> received) throws IOException {
        try {
            for (;;) {
                Stream stream = listener.accept();
                received.add(Background.call(() -> {
                    try (stream) {
                        return Victim.exchange(stream, _ -> {});
                    }
                }));
            }
        } catch (ClosedException e) {
            // by the test, at its end
        }
    }

    @ParameterizedTest
    @MethodSource("stepsOfServer")
    void aServerDies(Step step) throws Exception {
        try (Ledger ledger = Ledger.create(path, Victim.CONNECTIONS)) {
            List<Stream> streams = new ArrayList<>();
            List<Background<Integer>> received = new ArrayList<>();
            try (PeerProcess server = PeerProcess.stoppingAt(step, Peer.Role.VICTIM_SERVER, endpoint, path.toString())) {
                Background<Void> stopped = Background.run(() -> server.awaitStopped(step));
                Background<Void> visiting = Background.run(() -> visit(step, stopped, streams, received));
                stopped.get();
                server.kill();
                visiting.get();
            }
            assertNothingIsLost(received, ledger);
            Background<Void> serving;
            try (Listener listener = Ipc.bind(endpoint, Victim.SERVER)) {
                serving = Background.run(() -> serve(listener, new ArrayList<>()));
                assertServes();
            }
            serving.get();
            streams.forEach(Stream::close);
        }
        assertNothingRemains();
    }

    /// The parent's part while that server lives: a process that comes and goes, or all connections at once.
    private void visit(Step step, Background<Void> stopped, List<Stream> streams, List<Background<Integer>> received)
            throws Exception {
        Background.await("a region ahead of need", () -> objects.connections().size() == 1 || stopped.isDone());
        try {
            if (RECLAIMING.contains(step)) {
                streams.add(connect(Victim.OWN_RINGS, stopped)); // so that the server lives on
                try (PeerProcess visitor = new PeerProcess(Peer.Role.VISITOR, endpoint)) {
                    visitor.awaitOrderlyEnd();
                }
                return;
            }
            for (int i = 0; i < Victim.CONNECTIONS; i++) {
                int connection = i;
                Stream stream = connect(i == 0 ? Victim.WARM : Victim.OWN_RINGS, stopped);
                streams.add(stream);
                received.add(Background.call(() -> visit(stream, connection)));
            }
        } catch (NoSuchEndpointException | NoFreeSlotException | PeerGoneException e) {
            // it stopped, or was killed, before this connection
        }
        for (int i = 0; i < received.size(); i++) {
            received.get(i).get();
            streams.get(i).close();
        }
    }

    /// The server may still be starting.
    private Stream connect(Options options, Background<Void> stopped) throws IOException {
        for (;;) {
            boolean ended = stopped.isDone();
            try {
                return Ipc.connect(endpoint, options);
            } catch (NoSuchEndpointException e) {
                if (ended) {
                    throw e;
                }
            }
        }
    }

    private static int visit(Stream stream, int connection) throws Exception {
        try {
            return Victim.visit(stream, connection);
        } catch (PeerGoneException e) {
            return 0; // at the first message
        }
    }

    private void assertServes() throws Exception {
        try (Stream stream = Ipc.connect(endpoint, Victim.OWN_RINGS)) {
            assertEquals(Victim.MESSAGES, Victim.exchange(stream, _ -> {}));
        }
    }

    /// What a process has committed arrives; it may have been killed before it wrote the last one down.
    private static void assertNothingIsLost(List<Background<Integer>> received, Ledger ledger) throws Exception {
        for (int i = 0; i < received.size(); i++) {
            long committed = ledger.get(i);
            int came = received.get(i).get();
            assertTrue(committed <= came && came <= committed + 1, "committed=" + committed + ", received=" + came);
        }
    }

    private void assertNothingRemains() {
        Background.await("nothing of " + endpoint + " under /dev/shm", () -> objects.names().isEmpty());
    }
}
