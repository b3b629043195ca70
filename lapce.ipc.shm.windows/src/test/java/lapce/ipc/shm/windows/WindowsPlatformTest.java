package lapce.ipc.shm.windows;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import lapce.ipc.api.IncompatibleLayoutException;
import lapce.ipc.api.IpcException;
import lapce.ipc.api.NotPermittedException;
import lapce.ipc.api.OutOfSharedMemoryException;
import lapce.ipc.shm.Region;
import lapce.ipc.shm.Registry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WindowsPlatformTest {
    private static final String NAME = "lapce_ipc_test";
    private static final String SECTION = "Local\\lapce_ipc_";
    private static final Owner STRANGER = new Owner("S-1-5-21-9-9-9-9");

    @TempDir
    Path directory;

    private final Kernel32 kernel = Simulation.kernel();
    private WindowsPlatform platform;
    private int open;

    WindowsPlatformTest() {}

    @BeforeEach
    void openPlatform() throws IOException {
        platform = new WindowsPlatform(kernel, directory);
        open = Simulation.openHandles();
    }

    @AfterEach
    void everyHandleIsClosed() throws IpcException {
        platform.unlink(NAME);
        assertEquals(open, Simulation.openHandles());
    }

    @Test
    void aRegionIsSharedZeroedAndListed() throws Exception {
        try (Region made = platform.create(NAME, 4096);
                Region opened = platform.open(NAME, 4096)) {
            assertEquals(-1, made.memory().mismatch(MemorySegment.ofArray(new byte[4096])));
            made.memory().set(JAVA_BYTE, 4095, (byte) 7);
            assertEquals(7, opened.memory().get(JAVA_BYTE, 4095));
            assertEquals(List.of(NAME), platform.list("lapce"));
            assertEquals(List.of(), platform.list("other"));
        }
    }

    @Test
    void aRegionThatIsNotThereIsNull() throws Exception {
        assertNull(platform.open(NAME, 4096));
    }

    @Test
    void aNameThatIsTakenIsRefusedAndKept() throws Exception {
        try (Region made = platform.create(NAME, 4096)) {
            String message = assertThrows(IpcException.class, () -> platform.create(NAME, 4096)).getMessage();
            assertTrue(message.contains("region is there already"), message);
            try (Region opened = platform.open(NAME, made.memory().byteSize())) {
                assertNotNull(opened);
            }
        }
    }

    @Test
    void unlinkTakesTheNameWhileTheMemoryStays() throws Exception {
        try (Region made = platform.create(NAME, 4096);
                Region opened = platform.open(NAME, 4096)) {
            platform.unlink(NAME);
            assertNull(platform.open(NAME, 4096));
            assertEquals(List.of(), platform.list(""));
            made.memory().set(JAVA_BYTE, 0, (byte) 7);
            assertEquals(7, opened.memory().get(JAVA_BYTE, 0));
            try (Region second = platform.create(NAME, 4096)) {
                assertEquals(0, second.memory().get(JAVA_BYTE, 0));
            }
        }
    }

    /// As a client's is that has sent and closed before the server comes to open it.
    @Test
    void aRegionThatItsMakerHasClosedIsThereUntilItsNameIsTakenAway() throws Exception {
        try (Region made = platform.create(NAME, 4096)) {
            made.memory().set(JAVA_BYTE, 0, (byte) 7);
        }
        try (Region opened = platform.open(NAME, 4096)) {
            assertEquals(7, opened.memory().get(JAVA_BYTE, 0));
        }
        assertEquals(open + 1, Simulation.openHandles());
    }

    @Test
    void whatAnotherProcessTookTheNameFromIsLetGo() throws Exception {
        platform.create(NAME, 4096).close();
        new Registry(directory).remove(NAME);
        platform.create(NAME + "-next", 4096).close();
        assertEquals(open + 1, Simulation.openHandles());
        platform.unlink(NAME + "-next");
    }

    /// As one is whose maker has died.
    @Test
    void aNameWithoutMemoryIsNoRegion() throws Exception {
        new Registry(directory).add(NAME);
        assertNull(platform.open(NAME, 4096));
    }

    @Test
    void aRegionThatIsTooSmallIsRefused() throws Exception {
        try (Region made = platform.create(NAME, 4096)) {
            String message = assertThrows(IncompatibleLayoutException.class, () -> platform.open(NAME, 4097)).getMessage();
            assertTrue(message.contains("size=4096") && message.contains("expected=4097"), message);
            assertNotNull(made);
        }
    }

    @Test
    void aStrangersSectionIsRefused() throws Exception {
        String object = new Registry(directory).add(NAME);
        try (Arena arena = Arena.ofConfined()) {
            kernel.createFileMapping(SECTION + object, 4096, STRANGER.sddl(), arena);
            String message = assertThrows(NotPermittedException.class, () -> platform.open(NAME, 4096)).getMessage();
            assertTrue(message.contains("owner=" + STRANGER.sid()) && message.contains("name=" + NAME), message);
        }
    }

    @Test
    void aStrangersEventIsNotWaitedOn() throws Exception {
        try (Region made = platform.create(NAME, 4096);
                Arena arena = Arena.ofConfined()) {
            String object = new Registry(directory).find(NAME);
            kernel.createEvent(SECTION + object + "-ev10", STRANGER.sddl(), arena);
            int seen = made.parker(16).wakes();
            made.parker(16).park(seen, 1_000_000);
            made.parker(16).unpark();
            assertTrue(made.parker(16).park(seen, 1_000_000));
            assertEquals(open + 3, Simulation.openHandles()); // section, the stranger's event, and one look at it
        }
    }

    @Test
    void tooLittleMemoryIsSaidAndLeavesNothing() throws Exception {
        String message = assertThrows(OutOfSharedMemoryException.class, () -> platform.create(NAME, 1L << 40)).getMessage();
        assertTrue(message.contains("needed=" + (1L << 40)) && message.contains("page file"), message);
        assertEquals(List.of(), platform.list(""));
    }

    @Test
    void groupsAreRefused() throws Exception {
        String message = assertThrows(IpcException.class, () -> platform.ofGroup("staff")).getMessage();
        assertTrue(message.contains("group=staff"), message);
        assertEquals(List.of(), platform.groups());
        assertEquals("", platform.othersWith(NAME));
    }

    @Test
    void theOwnerHasLettersAndDigitsAlone() {
        assertTrue(platform.ownerId().matches("Sx1x[0-9x]+"), platform.ownerId());
        assertTrue(platform.bootId().matches("[0-9a-f]{8}"), platform.bootId());
    }

    @Test
    void namesAreFilesInTheDirectory() throws Exception {
        try (Region made = platform.create(NAME, 4096)) {
            assertNotNull(made);
            assertTrue(Files.readString(directory.resolve(NAME)).matches("[0-9a-z]{25}"));
        }
    }
}
