package lapce.ipc.shm.macos;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import lapce.ipc.api.IncompatibleLayoutException;
import lapce.ipc.api.IpcException;
import lapce.ipc.api.NotPermittedException;
import lapce.ipc.api.OutOfSharedMemoryException;
import lapce.ipc.shm.Region;
import lapce.ipc.shm.Registry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf("lapce.ipc.shm.macos.Simulation#isAvailable")
@SuppressWarnings("restricted") // it comes between a call and the simulation
class MacPlatformTest {
    private static final String NAME = "lapce_ipc_0_session-00000000~name~ctl";
    private static final long PAGE = 16 << 10; // of Apple silicon

    private Libc libc;
    private Path directory;
    private MacPlatform platform;

    @BeforeEach
    void open() throws IOException {
        libc = Simulation.libc();
        directory = Simulation.freshDirectory();
        platform = new MacPlatform(libc, directory);
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        platform.unlink(NAME);
        assertEquals(List.of(), Simulation.left());
        assertEquals(List.of(), platform.list(""));
    }

    @Test
    void whatOneWritesTheOtherReads() throws IOException {
        try (Region made = platform.create(NAME, PAGE + 1); Region opened = platform.open(NAME, PAGE + 1)) {
            made.memory().set(JAVA_BYTE, PAGE, (byte) 7);
            assertEquals(7, opened.memory().get(JAVA_BYTE, PAGE));
            assertEquals(0, opened.memory().get(JAVA_BYTE, 0));
            assertEquals(2 * PAGE, opened.memory().byteSize(), "whole pages");
        }
    }

    @Test
    void nameGoesAndMemoryStays() throws IOException {
        try (Region made = platform.create(NAME, PAGE); Region opened = platform.open(NAME, PAGE)) {
            platform.unlink(NAME);
            assertNull(platform.open(NAME, PAGE));
            made.memory().set(JAVA_BYTE, 0, (byte) 7);
            assertEquals(7, opened.memory().get(JAVA_BYTE, 0));
            try (Region next = platform.create(NAME, PAGE)) {
                assertEquals(0, next.memory().get(JAVA_BYTE, 0));
            }
        }
    }

    @Test
    void aTakenNameIsRefusedAndItsMemoryStays() throws IOException {
        try (Region made = platform.create(NAME, PAGE)) {
            made.memory().set(JAVA_BYTE, 0, (byte) 7);
            String message = assertThrows(IpcException.class, () -> platform.create(NAME, PAGE)).getMessage();
            assertTrue(message.contains("there already") && message.contains(NAME), message);
            try (Region opened = platform.open(NAME, PAGE)) {
                assertEquals(7, opened.memory().get(JAVA_BYTE, 0));
            }
        }
    }

    @Test
    void whatIsNotThereIsNull() throws IOException {
        assertNull(platform.open(NAME, PAGE));
        platform.unlink(NAME);
    }

    /// Its maker may have died, or may be about to.
    @Test
    void aNameWithoutMemoryIsNull() throws Exception {
        String object = "/lpc_" + new Registry(directory).add(NAME);
        assertNull(platform.open(NAME, PAGE));
        libc.close(libc.shmCreate(object, 0600));
        assertNull(platform.open(NAME, PAGE));
        platform.unlink(NAME);
        assertThrows(Libc.Failed.class, () -> libc.shmOpen(object));
    }

    @Test
    void aSmallerOneIsAnotherRelease() throws IOException {
        try (Region _ = platform.create(NAME, PAGE)) {
            String message = assertThrows(IncompatibleLayoutException.class, () -> platform.open(NAME, PAGE + 1)).getMessage();
            assertTrue(message.contains("size=" + PAGE) && message.contains("expected=" + (PAGE + 1)), message);
        }
    }

    @Test
    void whatOthersMayOpenIsRefused() throws Exception {
        int fd = libc.shmCreate("/lpc_" + new Registry(directory).add(NAME), 0640);
        libc.ftruncate(fd, PAGE);
        libc.close(fd);
        String message = assertThrows(NotPermittedException.class, () -> platform.open(NAME, PAGE)).getMessage();
        assertTrue(message.contains("mode=0640"), message);
    }

    @Test
    void tooMuchIsRefusedAndNothingStays() throws IOException {
        assertThrows(OutOfSharedMemoryException.class, () -> platform.create(NAME, 1L << 50));
        assertEquals(List.of(), platform.list(""));
    }

    @Test
    void namesAreListedWithLockDirectories() throws IOException {
        try (Region _ = platform.create(NAME, PAGE); var _ = platform.lockDirectory("locks").tryLock("a", "pid 1")) {
            assertEquals(List.of(NAME), platform.list("lapce"));
            assertEquals(List.of("locks"), platform.list("lo"));
        }
        platform.lockDirectory("locks").removeIfEmpty();
    }

    @Test
    void onlyTheUserMayEnter() throws IOException {
        platform.create(NAME, PAGE).close();
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)));
    }

    @Test
    void aDirectoryThatOthersMayEnterIsRefused() throws IOException {
        Path open = Simulation.freshDirectory();
        Files.createDirectory(open, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        String message = assertThrows(NotPermittedException.class, () -> new MacPlatform(libc, open)).getMessage();
        assertTrue(message.contains("path=" + open) && message.contains("OTHERS_READ"), message);
    }

    /// The file system may take capitals for small letters.
    @Test
    void namesThatDifferInCaseAreTwo() throws IOException {
        String other = NAME.replace("name", "Name");
        try (Region _ = platform.create(NAME, PAGE); Region _ = platform.create(other, PAGE)) {
            assertEquals(List.of(other), platform.list(other));
            assertEquals(2, platform.list("lapce").size());
            try (Stream<Path> files = Files.list(directory)) {
                assertTrue(files.map(file -> file.getFileName().toString()).allMatch(file -> file.equals(file.toLowerCase(Locale.ROOT))));
            }
        }
        platform.unlink(other);
    }

    /// By who finds the epoch's server dead, between the name and the memory.
    @Test
    void whatIsSweptWhileItIsMadeLeavesNothing() throws Exception {
        SymbolLookup calls = Simulation.lookup();
        FunctionDescriptor descriptor = FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
        MethodHandle system = Linker.nativeLinker().downcallHandle(calls.findOrThrow("shm_open"), descriptor);
        MethodHandle swept = MethodHandles.insertArguments(
                MethodHandles.lookup().findStatic(MacPlatformTest.class, "sweepAndOpen", MethodType.methodType(
                        int.class, MacPlatform.class, MethodHandle.class, MemorySegment.class, int.class, int.class)),
                0, platform, system);
        MemorySegment stub = Linker.nativeLinker().upcallStub(swept, descriptor, Arena.global());
        Libc late = Libc.of(name -> name.equals("shm_open") ? Optional.of(stub) : calls.find(name));
        String message = assertThrows(IpcException.class, () -> new MacPlatform(late, directory).create(NAME, PAGE)).getMessage();
        assertTrue(message.contains("swept while it was made"), message);
    }

    private static int sweepAndOpen(MacPlatform sweeper, MethodHandle system, MemorySegment name, int flags, int mode) throws Throwable {
        sweeper.unlink(NAME);
        return (int) system.invokeExact(name, flags, mode);
    }

    @Test
    void bootIsEightDigits() {
        assertTrue(platform.bootId().matches("[0-9a-f]{8}"), platform.bootId());
        assertNotNull(platform.ownerId());
    }

    @Test
    void groupsAreRefusedByName() {
        String message = assertThrows(IpcException.class, () -> platform.ofGroup("staff")).getMessage();
        assertTrue(message.contains("group=staff"), message);
    }

    @Test
    void otherSystemsAreToldWhatIsNeededAndWhatIsThere() {
        Optional<String> reason = new MacTransportProvider().unsupportedReason();
        assertTrue(reason.orElseThrow().startsWith("needs macOS on aarch64 or x86_64, os.name=Linux"), reason.toString());
    }

    @Test
    void systemTakesNoLongerName() {
        assertThrows(Libc.Failed.class, () -> libc.shmCreate("/" + "x".repeat(31), 0600));
        assertFalse(("/lpc_" + "x".repeat(25)).length() > 30);
    }
}
