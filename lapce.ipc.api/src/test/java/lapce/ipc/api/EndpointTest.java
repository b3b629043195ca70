package lapce.ipc.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {
    @Test
    void nameAloneIsSharedMemory() {
        assertEquals(new Endpoint("shm", "my_ipc"), Endpoint.parse("my_ipc"));
    }

    @Test
    void schemePicksTheTransport() {
        assertEquals(new Endpoint("mem", "x"), Endpoint.parse("mem:x"));
        assertEquals(new Endpoint("shm", "A.b-c_9"), Endpoint.parse("shm:A.b-c_9"));
    }

    @Test
    void leadingSlashIsDropped() {
        assertEquals(new Endpoint("shm", "my_ipc"), Endpoint.parse("/my_ipc"));
        assertEquals(new Endpoint("mem", "x"), Endpoint.parse("mem:/x"));
    }

    @Test
    void longestNameHas64Characters() {
        assertEquals("n".repeat(64), Endpoint.parse("n".repeat(64)).name());
        assertThrows(IllegalArgumentException.class, () -> Endpoint.parse("n".repeat(65)));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "/", "shm:", "//a", "a/b", "a~b", "a b", "a\n", "é", "a:b:c", ":a", "SHM:a", "1:a", "a\0"
    })
    void everythingElseIsRefusedNamingIt(String endpoint) {
        String message =
                assertThrows(IllegalArgumentException.class, () -> Endpoint.parse(endpoint)).getMessage();
        assertTrue(message.endsWith("endpoint=" + endpoint), message);
    }
}
