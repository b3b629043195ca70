package lapce.ipc.cli;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// A test that runs commands of the image in a session of its own, of which nothing may remain.
abstract class InSession {
    @TempDir
    Path folder;

    Session session;

    @BeforeEach
    void open() {
        session = new Session(folder);
    }

    @AfterEach
    void close() throws Exception {
        session.end();
    }
}
