package lapce.ipc.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@EnabledOnOs(OS.LINUX)
@Timeout(60)
class PipeIT extends InSession {
    @ParameterizedTest
    @ValueSource(ints = {0, 3, (1 << 20) + 17, 64 << 20})
    void aFileArrivesUnchanged(int length) throws Exception {
        Path sent = randomFile(length);
        Path received = folder.resolve("received");
        Session.Running reader = session.start(null, received, "recv", "pipe");
        session.start(sent, null, "send", "pipe", "--wait=60").end().assertSucceeded();
        reader.process().waitFor();
        assertEquals("", Files.readString(reader.error()));
        assertEquals(0, reader.process().exitValue());
        assertEquals(sha256(sent), sha256(received));
    }

    /// The group is this user's own.
    @Test
    void aPipeOfAGroupIsAnotherThanTheUsers() throws Exception {
        String group = "--group=" + Files.getAttribute(Path.of("/proc/self"), "unix:gid");
        Session.Running reader = session.start(null, null, "recv", "pipe", group);
        session.start(randomFile(3), null, "send", "pipe", group, "--wait=60").end().assertSucceeded();
        assertEquals(0, reader.process().waitFor());
        session.start(randomFile(3), null, "send", "pipe", "--group=no-such-group").end().assertRefused(1, "no-such-group");
    }

    @Test
    void theSenderWaitsForAReaderThatStartsLater() throws Exception {
        Session.Running sender = session.start(randomFile(3), null, "send", "pipe", "--wait=60");
        Thread.sleep(2000); // most of which it waits; if its start takes longer, the test is weaker but right
        Session.Running reader = session.start(null, null, "recv", "pipe");
        sender.end().assertSucceeded();
        assertEquals(0, reader.process().waitFor());
    }

    @Test
    void theSenderGivesUpWhenThereIsNoReader() throws Exception {
        session.start(randomFile(3), null, "send", "pipe", "--wait=0").end().assertRefused(1, "pipe");
    }

    @Test
    void theReaderSaysThatItsSenderDied() throws Exception {
        Session.Running reader = session.start(null, null, "recv", "pipe");
        Session.Running sender = session.start(Path.of("/dev/zero"), null, "send", "pipe");
        Session.awaitOutput(reader.output());
        sender.process().destroyForcibly();
        assertEquals(1, reader.process().waitFor());
        assertEquals(1, Files.readAllLines(reader.error()).size());
    }

    @Test
    void theSenderSaysThatItsReaderDied() throws Exception {
        Session.Running reader = session.start(null, null, "recv", "pipe");
        Session.Running sender = session.start(Path.of("/dev/zero"), null, "send", "pipe");
        Session.awaitOutput(reader.output());
        reader.process().destroyForcibly();
        sender.end().assertRefused(1, "pipe");
        sweep("pipe");
    }

    @Test
    void aReaderAskedToEndAsItBindsLeavesNothing() throws Exception {
        for (int i = 0; i < 5; i++) {
            Session.Running reader = session.start(null, null, "recv", "pipe");
            while (session.objects().isEmpty() && reader.process().isAlive()) {
                Thread.onSpinWait();
            }
            reader.process().destroy();
            reader.process().waitFor();
            assertEquals(List.of(), session.objects());
        }
    }

    @Test
    void bothEndsAskedToEndAtOnceLeaveNothing() throws Exception {
        Session.Running reader = session.start(null, null, "recv", "pipe");
        Session.Running sender = session.start(Path.of("/dev/zero"), null, "send", "pipe");
        Session.awaitOutput(reader.output());
        reader.process().destroy();
        sender.process().destroy(); // and close() looks what remains
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 8 << 20})
    void aFullDiskEndsBothEndsWithAnError(int length) throws Exception {
        Session.Running reader = session.start(null, Path.of("/dev/full"), "recv", "pipe");
        session.start(randomFile(length), null, "send", "pipe").end().assertRefused(1, "pipe");
        assertEquals(1, reader.process().waitFor());
        assertEquals(1, Files.readAllLines(reader.error()).size());
    }

    /// What a killed server left is removed by the next one.
    private void sweep(String endpoint) throws Exception {
        session.serve(endpoint);
    }

    private Path randomFile(int length) throws IOException {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return Files.write(folder.resolve("sent"), bytes);
    }

    private static String sha256(Path file) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    }
}
