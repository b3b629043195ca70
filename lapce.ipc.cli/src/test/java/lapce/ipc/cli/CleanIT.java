package lapce.ipc.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
@Timeout(60)
class CleanIT extends InSession {
    @Test
    void whatAKilledServerLeftGoesAndALivingOnesStays() throws Exception {
        session.serve("alive");
        session.serve("dead").process().destroyForcibly().waitFor();

        Map<String, Object> dry = clean("--dry-run");
        assertEquals(true, dry.get("dryRun"));
        assertEquals(Map.of("alive", "kept", "dead", "would be removed"), actions(dry));
        assertTrue(session.objects().stream().anyMatch(object -> object.toString().contains("~dead")));

        assertEquals(Map.of("alive", "kept", "dead", "removed"), actions(clean()));
        assertTrue(session.objects().stream().noneMatch(object -> object.toString().contains("~dead")));
        assertEquals(Map.of("alive", "kept"), actions(clean()));
        session.run("ping", "alive", "--count=1").assertSucceeded();
    }

    @Test
    void nothingIsSaidInOneLine() throws Exception {
        Session.Outcome clean = session.run("clean", "--session=no-such-session");
        clean.assertSucceeded();
        assertEquals("nothing lies around" + System.lineSeparator(), clean.output());
    }

    @Test
    void doctorLooksAtEveryTransport() throws Exception {
        Session.Outcome doctor = session.run("doctor", "--json");
        Map<String, Object> report = JSON.std.mapFrom(doctor.output());
        List<?> transports = (List<?>) report.get("transports");
        assertEquals(4, transports.size(), "mem, and shm of three systems");
        assertTrue(doctor.output().contains("needs macOS") && doctor.output().contains("needs Windows"), doctor.output());
        assertTrue(doctor.status() == 0 || doctor.status() == 1, doctor.error());
        assertTrue(doctor.output().contains("native access of lapce.ipc.shm.linux"), doctor.output());
        assertTrue(doctor.output().contains("\"enabled\""), "the image grants it");
    }

    private Map<String, Object> clean(String... more) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("clean", "--json", "--session=" + session.name()));
        arguments.addAll(List.of(more));
        Session.Outcome outcome = session.run(arguments.toArray(String[]::new));
        outcome.assertSucceeded();
        return JSON.std.mapFrom(outcome.output());
    }

    private static Map<Object, Object> actions(Map<String, Object> report) {
        Map<Object, Object> actions = new TreeMap<>();
        for (Object entry : (List<?>) report.get("endpoints")) {
            actions.put(((Map<?, ?>) entry).get("endpoint"), ((Map<?, ?>) entry).get("action"));
        }
        return actions;
    }
}
