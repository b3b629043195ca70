package lapce.ipc.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@EnabledOnOs(OS.LINUX)
@Timeout(60)
class PingIT extends InSession {
    @ParameterizedTest
    @ValueSource(ints = {0, 64, 100_000, 10 << 20})
    void everyMessageComesBack(int size) throws Exception {
        session.serve("echo");
        Session.Outcome ping = session.run("ping", "echo", "--count=20", "--size=" + size);
        ping.assertSucceeded();
        assertTrue(ping.output().contains("20 round trips") && ping.output().contains("0 lost"), ping.output());
    }

    @Test
    void theFiguresAreOneJsonObject() throws Exception {
        session.serve("echo");
        Session.Outcome ping = session.run("ping", "echo", "--count=1000", "--json");
        ping.assertSucceeded();
        Map<String, Object> figures = JSON.std.mapFrom(ping.output());
        assertEquals(Set.of("roundTripNanos", "count", "lost"), figures.keySet());
        assertEquals(Set.of("p50", "p99", "p999"), ((Map<?, ?>) figures.get("roundTripNanos")).keySet());
        assertEquals(1000, figures.get("count"));
        assertEquals(0, figures.get("lost"));
    }

    @Test
    void severalClientsAreServedAtOnce() throws Exception {
        session.serve("echo");
        Session.Running first = session.start(null, null, "ping", "echo", "--count=20000");
        Session.Running second = session.start(null, null, "ping", "echo", "--count=20000");
        first.end().assertSucceeded();
        second.end().assertSucceeded();
    }

    @Test
    void aKilledServerIsNoticed() throws Exception {
        Session.Running server = session.serve("echo");
        Session.Running ping = session.start(null, null, "ping", "echo", "--json", "--count=1000000000");
        Session.awaitOutput(ping.error()); // its progress
        server.process().destroyForcibly();
        assertSaysPeerGone(ping.end());
        session.serve("echo"); // removes what the killed one left
    }

    @Test
    void aStoppedServerIsNoticed() throws Exception {
        Session.Running server = session.serve("echo");
        Session.Running ping = session.start(null, null, "ping", "echo", "--count=1000000000");
        Session.awaitOutput(ping.error());
        server.process().destroy();
        assertSaysPeerGone(ping.end());
    }

    private static void assertSaysPeerGone(Session.Outcome ping) {
        assertEquals(1, ping.status());
        assertEquals("", ping.output());
        String last = ping.error().lines().toList().getLast();
        assertTrue(last.startsWith("lapce-ipc: peer gone: endpoint=echo"), ping.error());
    }
}
