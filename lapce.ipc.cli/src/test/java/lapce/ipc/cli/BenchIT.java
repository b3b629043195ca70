package lapce.ipc.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/// What the benches print; how fast anything is belongs to no test.
@EnabledOnOs(OS.LINUX)
@Timeout(120)
class BenchIT extends InSession {
    @Test
    void scaleLosesNothingAndMissesNoWake() throws Exception {
        Session.Outcome bench = session.run("bench", "scale", "--clients=100", "--warm-up=1", "--json");
        bench.assertSucceeded();
        List<?> runs = (List<?>) JSON.std.mapFrom(bench.output()).get("runs");
        assertEquals(1, runs.size());
        for (Object each : runs) {
            Map<?, ?> run = (Map<?, ?>) each;
            assertEquals(
                    Set.of("clients", "messages", "msgPerSec", "writeNanos", "roundTripNanos", "connectNanos", "lost",
                            "duplicated", "reordered", "rescued", "waits", "waitNanos", "sharedMemoryBytes",
                            "serverRssBytes"),
                    run.keySet());
            for (String wrong : List.of("lost", "duplicated", "reordered", "rescued")) {
                assertEquals(0, run.get(wrong), wrong);
            }
        }
    }

    @Test
    void fairIsOneJsonObject() throws Exception {
        Session.Outcome bench = session.run("bench", "fair", "--clients=20", "--json");
        bench.assertSucceeded();
        assertEquals(
                Set.of("clients", "saturatedMsgPerSec", "aloneNanos", "halfLoadNanos", "fullLoadNanos", "halfLoadP99Ratio"),
                JSON.std.mapFrom(bench.output()).keySet());
    }

    @Test
    void connectLeavesNothingInTheServer() throws Exception {
        Session.Outcome bench = session.run(
                "bench", "connect", "--cycles=1000", "--warm-up=500", "--per-second=0", "--json");
        bench.assertSucceeded();
        Map<String, Object> figures = JSON.std.mapFrom(bench.output());
        assertEquals(
                Set.of("clients", "cycles", "cyclesPerSec", "acceptedNanos", "rescued", "before", "after"),
                figures.keySet());
        assertEquals(0, figures.get("rescued"));
        assertEquals(1000, figures.get("cycles"));
        Map<?, ?> before = (Map<?, ?>) figures.get("before");
        Map<?, ?> after = (Map<?, ?>) figures.get("after");
        int more = (int) after.get("descriptors") - (int) before.get("descriptors");
        assertTrue(Math.abs(more) <= 1, () -> bench.output()); // one is open while a region is made ahead of need; lost ones were a thousand
    }

    @Test
    void idleIsOneJsonObject() throws Exception {
        Session.Outcome bench = session.run("bench", "idle", "--clients=50", "--seconds=1", "--json");
        bench.assertSucceeded();
        Map<String, Object> figures = JSON.std.mapFrom(bench.output());
        assertEquals(Set.of("clients", "seconds", "serverCpuPercent", "clientsCpuPercent"), figures.keySet());
        assertTrue((double) figures.get("serverCpuPercent") >= 0, bench.output());
    }

    /// 100 ms from the lock's release is promised, but to processes that get a processor. Here other tests may keep them from it, so
    /// that the bound only tells a delay from a reader that nobody woke.
    @Test
    void everyReaderLearnsOfADeath() throws Exception {
        Session.Outcome bench =
                session.run("bench", "death", "--clients=40", "--processes=4", "--kills=6", "--seconds=1", "--json");
        bench.assertSucceeded();
        Map<String, Object> figures = JSON.std.mapFrom(bench.output());
        assertEquals(
                Set.of("clients", "processes", "idleCpu", "serverThreads", "serverRssBytes", "clientsKilled", "serverKilled"),
                figures.keySet());
        assertNoticed((Map<?, ?>) figures.get("clientsKilled"), 6, 60);
        assertNoticed((Map<?, ?>) figures.get("serverKilled"), 1, 40);
    }

    private static void assertNoticed(Map<?, ?> figures, int deaths, int streams) {
        assertEquals(deaths, figures.get("deaths"));
        assertEquals(streams, figures.get("noticed"));
        assertEquals(0, figures.get("missed"));
        Number slowest = (Number) ((Map<?, ?>) figures.get("sinceReleaseNanos")).get("max");
        assertTrue(slowest.longValue() < TimeUnit.SECONDS.toNanos(2), figures.toString());
    }
}
