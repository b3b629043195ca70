package lapce.ipc.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor.Provides;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A program on the class path finds the providers that one on the module path finds.
class ServicesTest {
    @Test
    void whatModulesProvideIsNamedForTheClassPathToo() throws IOException {
        int seen = 0;
        for (Module module : ModuleLayer.boot().modules()) {
            if (module.getName().startsWith("lapce.ipc.") && module != ServicesTest.class.getModule()) {
                for (Provides provides : module.getDescriptor().provides()) {
                    assertEquals(provides.providers(), named(module, provides.service()), module + " " + provides.service());
                    seen++;
                }
            }
        }
        assertTrue(seen >= 4, "seen=" + seen);
    }

    private static List<String> named(Module module, String service) throws IOException {
        try (InputStream file = module.getResourceAsStream("META-INF/services/" + service)) {
            assertNotNull(file, module + " has no META-INF/services/" + service);
            return new String(file.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }
}
