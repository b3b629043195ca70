package lapce.ipc.test;

import static lapce.ipc.test.SharedObjects.overwriteInt;
import static lapce.ipc.test.SharedObjects.overwriteLong;
import static lapce.ipc.test.contract.Pair.freshEndpoint;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import lapce.ipc.api.IncompatibleLayoutException;
import lapce.ipc.api.Ipc;
import lapce.ipc.api.Listener;
import lapce.ipc.shm.layout.ControlLayout;
import lapce.ipc.shm.layout.Layouts;
import lapce.ipc.test.contract.Background;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class LayoutVersionTest {
    private final String endpoint = freshEndpoint("shm");
    private final SharedObjects objects = new SharedObjects(endpoint);

    @Test
    void anotherLayoutVersionIsRefused() throws Exception {
        try (Listener listener = Ipc.bind(endpoint)) {
            overwriteInt(objects.control(), ControlLayout.VERSION, 77);
            String text = assertThrows(IncompatibleLayoutException.class, () -> Ipc.connect(endpoint)).getMessage();
            assertTrue(text.contains(listener.endpoint()), text);
            assertTrue(text.contains("version=77") && text.contains("expected version=" + Layouts.VERSION), text);
            overwriteInt(objects.control(), ControlLayout.VERSION, Layouts.VERSION);
            Ipc.connect(endpoint).close();
        }
        Background.await("nothing remains", () -> objects.names().isEmpty());
    }

    @Test
    void anotherMagicIsRefused() throws Exception {
        try (Listener _ = Ipc.bind(endpoint)) {
            overwriteLong(objects.control(), ControlLayout.MAGIC, 0x1234L);
            String text = assertThrows(IncompatibleLayoutException.class, () -> Ipc.connect(endpoint)).getMessage();
            assertTrue(text.contains("magic=0x1234"), text);
        }
    }

    @Test
    void slotsOutOfRangeAreRefused() throws Exception {
        try (Listener _ = Ipc.bind(endpoint)) {
            for (int slots : new int[] {0, -1, ControlLayout.MAX_SLOTS + 1}) {
                overwriteInt(objects.control(), ControlLayout.SLOTS, slots);
                String text =
                        assertThrows(IncompatibleLayoutException.class, () -> Ipc.connect(endpoint)).getMessage();
                assertTrue(text.contains("slots=" + slots), text);
            }
        }
    }
}
