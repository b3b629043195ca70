package lapce.ipc.shm.windows;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/// The calls over the simulation, wrong arguments too.
class Kernel32Test {
    private static final String NAME = "Local\\lapce_ipc_kernel32-test";
    private static final Owner STRANGER = new Owner("S-1-5-21-9-9-9-9");

    private final Kernel32 kernel = Simulation.kernel();

    Kernel32Test() {}

    @Test
    void theUserIsKnownBySid() throws Exception {
        assertTrue(kernel.userSid().matches("S-1(-\\d+)+"), kernel.userSid());
    }

    @Test
    void twoViewsOfASectionShareItsMemory() throws Exception {
        int open = Simulation.openViews();
        try (Arena arena = Arena.ofShared()) {
            MemorySegment first = kernel.mapViewOfFile(create(NAME, 5000, arena), arena);
            MemorySegment second = kernel.mapViewOfFile(kernel.openFileMapping(NAME, arena), arena);
            assertEquals(8192, second.byteSize());
            assertEquals(0, first.address() % 65_536);
            assertNotEquals(first.address(), second.address());
            first.set(ValueLayout.JAVA_BYTE, 8191, (byte) 7);
            assertEquals(7, second.get(ValueLayout.JAVA_BYTE, 8191));
            assertEquals(open + 2, Simulation.openViews());
        }
        assertEquals(open, Simulation.openViews());
    }

    private MemorySegment create(String name, long byteSize, Arena arena) throws Kernel32.Failed {
        return kernel.createFileMapping(name, byteSize, new Owner(kernel.userSid()).sddl(), arena);
    }

    @Test
    void aSizeBeyondFourGigabytesArrivesWhole() {
        assertFailsWith(Kernel32.ERROR_COMMITMENT_LIMIT, () -> create(NAME + "-large", (1L << 32) + 1, Arena.global()));
    }

    @Test
    void aSectionIsMadeOnceAndItsNameGoesWithItsLastHandle() throws Exception {
        int open = Simulation.openHandles();
        try (Arena arena = Arena.ofConfined()) {
            create(NAME, 4096, arena);
            assertFailsWith(Kernel32.ERROR_ALREADY_EXISTS, () -> create(NAME, 8192, arena));
        }
        assertFailsWith(Kernel32.ERROR_FILE_NOT_FOUND, () -> kernel.openFileMapping(NAME, Arena.global()));
        assertEquals(open, Simulation.openHandles());
    }

    @Test
    void anEventsNameIsNoSections() throws Exception {
        try (Arena arena = Arena.ofConfined()) {
            kernel.createEvent(NAME, STRANGER.sddl(), arena);
            assertFailsWith(6, () -> create(NAME, 4096, arena));
            assertFailsWith(6, () -> kernel.openFileMapping(NAME, arena));
        }
    }

    @Test
    void theOwnerIsWhoTheDescriptorSays() throws Exception {
        try (Arena arena = Arena.ofConfined()) {
            assertEquals(kernel.userSid(), kernel.owner(create(NAME, 4096, arena)));
            assertEquals(STRANGER.sid(), kernel.owner(kernel.createEvent(NAME + "-ev", STRANGER.sddl(), arena)));
        }
    }

    @Test
    void aDescriptorThatIsNoneIsRefused() {
        assertFailsWith(1338, () -> kernel.createFileMapping(NAME, 4096, "nonsense", Arena.global()));
    }

    @Test
    void aFailureNamesCallAndError() {
        String message = assertThrows(Kernel32.Failed.class, () -> kernel.openFileMapping(NAME + "-none", Arena.global())).getMessage();
        assertEquals("OpenFileMappingW(" + NAME + "-none) failed: Windows error 2", message);
    }

    private static void assertFailsWith(int error, Executable call) {
        Kernel32.Failed failed = assertThrows(Kernel32.Failed.class, call);
        assertEquals(error, failed.error(), failed.getMessage());
    }
}
