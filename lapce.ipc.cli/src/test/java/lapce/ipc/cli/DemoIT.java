package lapce.ipc.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
@Timeout(60)
class DemoIT extends InSession {
    @Test
    void theFiguresAreOneJsonObject() throws Exception {
        Session.Outcome demo = session.run("demo", "--json", "--messages=20000");
        demo.assertSucceeded();
        Map<String, Object> figures = JSON.std.mapFrom(demo.output());
        assertEquals(
                Set.of("messages", "verified", "oneWayMsgPerSec", "payloadBytes", "roundTripNanos",
                        "blockingRoundTripNanos", "unixSocketRoundTripNanos", "sharedMemoryBytes", "jdk", "os", "cpus"),
                figures.keySet());
        assertEquals(20_000, figures.get("messages"));
        assertEquals(true, figures.get("verified"));
        assertEquals(64, figures.get("payloadBytes"));
    }

    @Test
    void messagesLargerThanTheRingAreVerifiedToo() throws Exception {
        Session.Outcome demo = session.run("demo", "--messages=200", "--payload=200001");
        demo.assertSucceeded();
        assertTrue(demo.output().contains("200 messages each way"), demo.output());
    }

    @Test
    void itsProcessesEndWithItWhenItIsKilled() throws Exception {
        Session.Running demo = session.start(null, null, "demo");
        Session.awaitOutput(demo.error()); // the first step's name: they talk
        var children = demo.process().children().toList();
        assertEquals(2, children.size());
        demo.process().destroyForcibly();
        for (ProcessHandle child : children) {
            child.onExit().get(30, TimeUnit.SECONDS);
        }
    }
}
