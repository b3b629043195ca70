package lapce.ipc.framing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor.Provides;
import java.nio.charset.StandardCharsets;
import lapce.ipc.api.CorruptFrameException.Reason;
import lapce.ipc.api.Framer;
import lapce.ipc.api.spi.FramerProvider;
import org.junit.jupiter.api.Test;

class CanonicalFramerTest {
    private final QueueStream stream = new QueueStream();

    @Test
    void framerIsFoundAsAService() {
        Framer framer = Framer.over(stream);
        assertInstanceOf(CanonicalFramer.class, framer);
        assertSame(stream, framer.stream());
    }

    @Test
    void classPathAndModulePathNameTheSameProvider() throws IOException {
        Provides provides = CanonicalFramer.class.getModule().getDescriptor().provides().iterator().next();
        assertEquals(FramerProvider.class.getName(), provides.service());
        String resource = "/META-INF/services/" + FramerProvider.class.getName();
        try (InputStream services = CanonicalFramer.class.getResourceAsStream(resource)) {
            assertNotNull(services, resource);
            String listed = new String(services.readAllBytes(), StandardCharsets.UTF_8).strip();
            assertEquals(provides.providers(), listed.lines().toList());
        }
    }

    @Test
    void closeClosesTheStreamAndASecondOneDoesNothing() {
        Framer framer = Framer.over(stream);
        framer.close();
        assertFalse(stream.isOpen());
        framer.close();
    }

    @Test
    void nothingIsRefusedAtFirst() {
        Framer framer = Framer.over(stream, Framer.OnCorruptFrame.SKIP);
        for (Reason reason : Reason.values()) {
            assertEquals(0, framer.refused(reason));
        }
    }
}
