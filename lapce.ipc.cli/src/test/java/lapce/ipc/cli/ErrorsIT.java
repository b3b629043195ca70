package lapce.ipc.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@EnabledOnOs(OS.LINUX)
@Timeout(60)
class ErrorsIT extends InSession {
    @ParameterizedTest
    @ValueSource(strings = {"", "nonsense", "ping", "ping a b", "ping a --count=x", "ping a --count=0",
            "ping a --size=-1", "send a --wait=x",
            "serve a --nonsense", "demo --messages=0", "demo --payload=10485761"})
    void badUsageIsOneLineThatPointsToTheHelp(String line) throws Exception {
        session.run(line.isEmpty() ? new String[0] : line.split(" ")).assertRefused(2, "--help");
    }

    @ParameterizedTest
    @ValueSource(strings = {"serve", "ping", "recv", "send"})
    void aNameWithASlashOrTooManyLettersIsBadUsage(String command) throws Exception {
        session.run(command, "a/b").assertRefused(2, "endpoint=a/b");
        session.run(command, "a".repeat(65)).assertRefused(2, "endpoint=" + "a".repeat(65));
    }

    @ParameterizedTest
    @ValueSource(strings = {"serve", "ping", "recv", "send", "demo"})
    void aBadSessionIsNamed(String command) throws Exception {
        String[] line = command.equals("demo") ? new String[] {command} : new String[] {command, "x"};
        session.runInBadSession("a/b", line).assertRefused(2, "session=a/b");
    }

    @Test
    void anUnknownEndpointIsNamed() throws Exception {
        session.run("ping", "nobody").assertRefused(1, "nobody");
        session.run("ping", "nobody", "--json").assertRefused(1, "nobody");
    }

    @Test
    void anEndpointInUseIsNamed() throws Exception {
        session.serve("taken");
        session.run("serve", "taken").assertRefused(1, "taken");
        session.run("recv", "taken").assertRefused(1, "taken");
    }

    @Test
    void theServerEndsInOrderWhenAskedTo() throws Exception {
        Session.Running server = session.serve("echo");
        server.process().destroy();
        assertEquals("serving echo" + System.lineSeparator(), server.end().error());
        session.serve("echo"); // the name is free again
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "demo", "serve", "ping", "recv", "send"})
    void helpIsShown(String command) throws Exception {
        Session.Outcome help = command.isEmpty() ? session.run("--help") : session.run(command, "--help");
        help.assertSucceeded();
        assertTrue(help.output().startsWith("Usage: lapce-ipc " + command), help.output());
        assertEquals("", help.error());
    }

    @Test
    void theVersionIsShown() throws Exception {
        Session.Outcome version = session.run("--version");
        version.assertSucceeded();
        assertTrue(version.output().matches("lapce-ipc \\d.*\\R"), version.output());
    }
}
