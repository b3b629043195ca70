package lapce.ipc.shm.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import lapce.ipc.api.IncompatibleLayoutException;
import lapce.ipc.api.IpcException;
import lapce.ipc.api.NotPermittedException;
import lapce.ipc.api.Options;
import lapce.ipc.api.OutOfSharedMemoryException;
import lapce.ipc.shm.Region;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class LinuxPlatformTest {
    private static final String PREFIX = "lapce_ipc_" + Options.DEFAULT.session() + "_" + ProcessHandle.current().pid() + "-";
    private static final String NAME = PREFIX + "region";
    private static final long BYTES = 12_288;

    private final LinuxPlatform platform = new LinuxPlatform();

    LinuxPlatformTest() throws IpcException {} // as the platform may say

    @AfterEach
    void removeRegions() throws IOException {
        for (String name : platform.list(PREFIX)) {
            Files.delete(LinuxPlatform.DIRECTORY.resolve(name));
        }
    }

    @Test
    void identityIsThatOfTheSystem() throws IOException {
        assertEquals(Integer.toUnsignedString(Libc.geteuid()), platform.ownerId());
        assertTrue(platform.bootId().matches("[0-9a-f]{8}"), platform.bootId());
        assertTrue(Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).startsWith(platform.bootId()));
    }

    /// Linux 4.16 has them; without, everything works, and slower.
    @Test
    void barriersCanBeMade() {
        assertNotNull(platform.barrier());
        assertSame(platform.barrier(), platform.barrier());
        platform.barrier().make();
        assertTrue(Libc.registerForBarriers(), "a second time too");
    }

    @Test
    void aGroupHasANameOrANumber() throws IpcException {
        assertEquals("g0", platform.ofGroup("root").ownerId());
        assertEquals("g4294967294", platform.ofGroup("4294967294").ownerId());
        for (String none : List.of("no-such-group", "-1", "+1", "4294967295", "4294967303", "99999999999", "root\0x", "\u0661")) {
            String message = assertThrows(IpcException.class, () -> platform.ofGroup(none)).getMessage();
            assertTrue(message.startsWith("no such group: group=" + none), message);
        }
    }

    @Test
    void createdRegionIsZeroedAndAligned() throws IpcException {
        try (Region region = platform.create(NAME, BYTES)) {
            assertEquals(BYTES, region.memory().byteSize());
            assertEquals(0, region.memory().address() % 4096);
            for (long offset = 0; offset < BYTES; offset += Long.BYTES) {
                assertEquals(0, region.memory().get(JAVA_LONG, offset));
            }
        }
    }

    @Test
    void createIsExclusive() throws IpcException {
        try (Region region = platform.create(NAME, BYTES)) {
            region.memory().set(JAVA_INT, 0, 7);
            String message = assertThrows(IpcException.class, () -> platform.create(NAME, BYTES)).getMessage();
            assertTrue(message.startsWith("region is there already: linkat(" + file() + ")"), message);
            assertEquals(7, region.memory().get(JAVA_INT, 0));
            assertEquals(List.of(NAME), platform.list(PREFIX));
        }
    }

    @Test
    void modeIsTheOwnersAloneWhateverTheUmask() throws Throwable {
        for (int mask : new int[] {0, 0277, 0777}) {
            int before = umask(mask);
            try (Region region = platform.create(NAME, BYTES)) {
                assertNotNull(region);
                assertEquals("rw-------", mode());
            } finally {
                umask(before);
            }
            platform.unlink(NAME);
        }
    }

    @Test
    void bothSidesSeeTheSameMemory() throws IpcException {
        try (Region ours = platform.create(NAME, BYTES);
                Region theirs = platform.open(NAME, BYTES)) {
            ours.memory().set(JAVA_LONG, BYTES - 8, 0x1234);
            assertEquals(0x1234, theirs.memory().get(JAVA_LONG, BYTES - 8));
        }
    }

    @Test
    void openOfWhatIsNotThereIsNull() throws IpcException {
        assertNull(platform.open(NAME, BYTES));
    }

    @Test
    void largerRegionIsOpenedWhole() throws IpcException {
        platform.create(NAME, BYTES).close();
        try (Region region = platform.open(NAME, 4096)) {
            assertEquals(BYTES, region.memory().byteSize());
        }
    }

    @Test
    void smallerRegionIsAnotherLayout() throws IpcException {
        platform.create(NAME, BYTES).close();
        String message = assertThrows(IncompatibleLayoutException.class, () -> platform.open(NAME, BYTES + 1))
                .getMessage();
        assertTrue(message.contains("size=12288") && message.contains("expected=12289"), message);
    }

    @Test
    void regionThatOthersMayReadIsNotOpened() throws IOException {
        platform.create(NAME, BYTES).close();
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r--r--"));
        String message = assertThrows(NotPermittedException.class, () -> platform.open(NAME, BYTES)).getMessage();
        assertTrue(message.contains("mode=0644"), message);
    }

    @Test
    void linkIsNotFollowed() throws IOException {
        platform.create(PREFIX + "target", BYTES).close();
        Files.createSymbolicLink(file(), LinuxPlatform.DIRECTORY.resolve(PREFIX + "target"));
        assertThrows(NotPermittedException.class, () -> platform.open(NAME, BYTES));
    }

    @Test
    void directoryUnderTheNameIsAnError() throws IOException {
        Files.createDirectory(file());
        assertThrows(IpcException.class, () -> platform.open(NAME, BYTES));
        assertThrows(IpcException.class, () -> platform.create(NAME, BYTES));
    }

    @Test
    void unlinkedRegionStaysUsableForWhoHasItOpen() throws IpcException {
        try (Region region = platform.create(NAME, BYTES)) {
            platform.unlink(NAME);
            assertNull(platform.open(NAME, BYTES));
            region.memory().set(JAVA_INT, 0, 1);
        }
        platform.unlink(NAME);
    }

    @Test
    void listIsByPrefix() throws IpcException {
        platform.create(PREFIX + "a~1", 8).close();
        platform.create(PREFIX + "a~2", 8).close();
        platform.create(PREFIX + "a.b~1", 8).close();
        assertEquals(
                List.of(PREFIX + "a~1", PREFIX + "a~2"), platform.list(PREFIX + "a~").stream().sorted().toList());
    }

    @Test
    void tooLargeARegionNamesNeedAndRestAndLeavesNothing() {
        String message = assertThrows(OutOfSharedMemoryException.class, () -> platform.create(NAME, 1L << 50))
                .getMessage();
        assertTrue(message.contains("needed=" + (1L << 50)), message);
        assertTrue(message.matches(".*free=[0-9]+ bytes.*"), message);
        assertFalse(Files.exists(file()));
    }

    @Test
    void closedRegionIsNotTouchedAgain() throws IpcException {
        Region region = platform.create(NAME, BYTES);
        region.close();
        region.close();
        assertThrows(IllegalStateException.class, () -> region.memory().get(JAVA_INT, 0));
    }

    @Test
    void regionsAndLocksLieSideBySide() throws IpcException {
        try (var lock = platform.lockDirectory(PREFIX + "locks").tryLock("x", "")) {
            assertNotNull(lock);
            assertTrue(Files.exists(LinuxPlatform.DIRECTORY.resolve(PREFIX + "locks").resolve("x")));
        }
        platform.lockDirectory(PREFIX + "locks").removeIfEmpty();
    }

    @Test
    void descriptorsDoNotLeak() throws IOException {
        platform.create(NAME, BYTES).close();
        long before = descriptors();
        for (int i = 0; i < 50; i++) {
            platform.open(NAME, BYTES).close();
            assertThrows(IpcException.class, () -> platform.create(NAME, BYTES));
            assertThrows(IpcException.class, () -> platform.open(NAME, BYTES + 1));
        }
        assertTrue(descriptors() < before + 50, "descriptors leak");
    }

    private static long descriptors() throws IOException {
        try (var entries = Files.list(Path.of("/proc/self/fd"))) {
            return entries.count();
        }
    }

    private static Path file() {
        return LinuxPlatform.DIRECTORY.resolve(NAME);
    }

    private static String mode() throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file()));
    }

    // mode_t umask(mode_t mask);
    @SuppressWarnings("restricted")
    private static int umask(int mask) throws Throwable {
        Linker linker = Linker.nativeLinker();
        return (int) linker.downcallHandle(
                        linker.defaultLookup().findOrThrow("umask"), FunctionDescriptor.of(JAVA_INT, JAVA_INT))
                .invokeExact(mask);
    }
}
