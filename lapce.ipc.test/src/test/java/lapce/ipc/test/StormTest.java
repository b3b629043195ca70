package lapce.ipc.test;

import static lapce.ipc.test.contract.Pair.freshEndpoint;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import lapce.ipc.test.contract.Background;
import lapce.ipc.test.process.Ledger;
import lapce.ipc.test.process.Peer;
import lapce.ipc.test.process.Storm;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// Servers and clients are killed under load, over 32 connections. What was committed is delivered wherever the server
/// lived to see the end, and a prefix of it elsewhere; nobody takes a new server for his own; nothing is left.
/// `-Dstorm.kills`, `-Dstorm.restarts`, `-Dstorm.seed`; `./storm` is the long form.
@EnabledOnOs(OS.LINUX)
@Timeout(value = 1800, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StormTest {
    private static final int KILLS = Integer.getInteger("storm.kills", 30);
    private static final int RESTARTS = Integer.getInteger("storm.restarts", 50);
    private static final long SEED = Long.getLong("storm.seed", System.nanoTime());
    private static final int ENOUGH = Integer.MAX_VALUE;
    private static final long BETWEEN_SERVERS_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final String endpoint = freshEndpoint("shm");
    private final Random random = new Random(SEED);
    private PeerProcess server;
    private PeerProcess[] clients;
    private Path path;
    private Ledger ledger;

    @TempDir
    Path directory;

    @BeforeEach
    void open() throws IOException {
        path = directory.resolve("ledger");
        ledger = Ledger.create(path, Storm.words());
    }

    @AfterEach
    void close() {
        for (PeerProcess client : clients) {
            client.close();
        }
        server.close();
        ledger.close();
    }

    @Test
    void killsAtAnyMomentLoseNothingAndLeaveNothing() throws Exception {
        System.out.println("storm: seed=" + SEED);
        ledger.set(Storm.SERVING, ENOUGH);
        ledger.set(Storm.PAUSE, 20);
        int servers = 1;
        server = server(servers).awaitReady().yieldToOthers();
        startClients(8);
        for (int kills = 0; kills < KILLS; kills++) {
            if (random.nextInt(8) == 0) {
                server.killAlive();
                server = server(++servers).awaitReady().yieldToOthers();
            } else {
                int one = random.nextInt(clients.length);
                clients[one].killAlive();
                clients[one] = client(one).awaitReady().yieldToOthers();
            }
            LockSupport.parkNanos(random.nextLong(TimeUnit.MILLISECONDS.toNanos(30)));
        }
        awaitAllWith(servers);
        endInOrder();
        assertEveryMessageIsAccountedFor();
    }

    @Test
    void aServerThatFollowsAKilledOneIsTakenForItByNobody() throws Exception {
        ledger.set(Storm.PAUSE, 100); // a server that starts is what takes the time, and takes twice as long beside busy clients
        server = server(1).awaitReady().yieldToOthers();
        ledger.set(Storm.SERVING, 1);
        startClients(4);
        PeerProcess next = server(2);
        for (int number = 2; number <= RESTARTS + 1; number++) {
            PeerProcess successor = next;
            next = server(number + 1);
            awaitAllWith(number - 1);
            successor.awaitReady().yieldToOthers();
            server.killAlive();
            server = successor;
            LockSupport.parkNanos(BETWEEN_SERVERS_NANOS);
            ledger.set(Storm.SERVING, number);
        }
        next.awaitReady().close(); // not in the midst of its first bind, whose leavings nobody would come for
        awaitAllWith(RESTARTS + 1);
        endInOrder();
        for (int connection = 0; connection < Storm.CONNECTIONS; connection++) {
            assertEquals(RESTARTS, ledger.get(Storm.gone(connection)), "peers gone, of connection " + connection);
        }
        assertEveryMessageIsAccountedFor();
    }

    private void awaitAllWith(int number) {
        Background.await("all clients talk with server " + number, () -> IntStream.range(0, Storm.CONNECTIONS)
                .allMatch(connection -> ledger.get(Storm.server(connection)) == number));
    }

    private void startClients(int processes) throws Exception {
        clients = new PeerProcess[processes];
        for (int i = 0; i < processes; i++) {
            clients[i] = client(i);
        }
        for (PeerProcess client : clients) {
            client.awaitReady().yieldToOthers();
        }
    }

    private PeerProcess client(int index) throws IOException {
        int connections = Storm.CONNECTIONS / clients.length;
        return new PeerProcess(
                Peer.Role.STORM_CLIENT, endpoint, path.toString(), "" + index * connections, "" + connections);
    }

    private PeerProcess server(int number) throws IOException {
        return new PeerProcess(Peer.Role.STORM_SERVER, endpoint, path.toString(), "" + number);
    }

    private void endInOrder() throws InterruptedException {
        ledger.set(Storm.CLIENTS_END, 1);
        for (PeerProcess client : clients) {
            client.awaitOrderlyEnd();
        }
        ledger.set(Storm.SERVER_ENDS, 1);
        server.awaitOrderlyEnd();
        Background.await("nothing under /dev/shm", () -> new SharedObjects(endpoint).names().isEmpty());
    }

    /// A process that was killed may have done one thing more than it wrote down.
    private void assertEveryMessageIsAccountedFor() {
        int[] ends = new int[Storm.End.values().length];
        long messages = 0;
        for (int connection = 0; connection < Storm.CONNECTIONS; connection++) {
            for (int life = 0; life < ledger.get(Storm.life(connection)); life++) {
                Storm.Row row = new Storm.Row(connection, life);
                long committed = ledger.get(row.committed());
                long delivered = ledger.get(row.delivered());
                Storm.End clientEnd = Storm.End.values()[(int) ledger.get(row.clientEnd())];
                Storm.End serverEnd = Storm.End.values()[(int) ledger.get(row.serverEnd())];
                String what = "connection=" + connection + ", life=" + life + ", committed=" + committed + ", delivered="
                        + delivered + ", client=" + clientEnd + ", server=" + serverEnd + ", seed=" + SEED;
                assertTrue(delivered <= committed + 1, what);
                if (serverEnd != Storm.End.NONE) {
                    assertTrue(delivered >= committed, what);
                }
                if (clientEnd == Storm.End.ORDERLY) {
                    assertEquals(Storm.End.ORDERLY, serverEnd, what);
                    assertEquals(committed, delivered, what);
                }
                ends[clientEnd.ordinal()]++;
                messages += delivered;
            }
        }
        System.out.println("storm: messages=" + messages + ", connections killed=" + ends[0] + ", orderly=" + ends[1]
                + ", peer gone=" + ends[2]);
        assertEquals(Storm.CONNECTIONS, ends[Storm.End.ORDERLY.ordinal()], "connections that lived to the end");
    }
}
