package lapce.ipc.shm;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.ValueLayout;
import java.util.List;
import lapce.ipc.api.EndpointInUseException;
import lapce.ipc.api.IncompatibleLayoutException;
import lapce.ipc.api.IpcException;
import lapce.ipc.api.Options;
import lapce.ipc.api.OutOfSharedMemoryException;
import lapce.ipc.shm.layout.ControlLayout;
import lapce.ipc.shm.mem.MemPlatform;
import org.junit.jupiter.api.Test;

class BindingTest {
    private static final Options OPTIONS = Options.DEFAULT.withSlots(2, 2);

    private final MemPlatform platform = new MemPlatform();
    private final ObjectNames names = new ObjectNames(platform, "s", "a");

    @Test
    void boundNameHasAControlRegionAndTwoLocks() throws IpcException {
        Binding binding = Binding.bind(platform, names, OPTIONS);
        try (ControlRegion seen = ControlRegion.open(platform, names.control())) {
            assertEquals(OPTIONS.slots(), seen.slotsAcquire());
            assertEquals(binding.control().epoch(), seen.epoch());
        }
        assertTrue(locks().isHeld(ObjectNames.BIND_LOCK));
        assertTrue(locks().isHeld(ObjectNames.serverLock(binding.control().epoch())));
    }

    @Test
    void secondBindIsRefusedNamingTheHolder() throws IpcException {
        Binding first = Binding.bind(platform, names, OPTIONS);
        String message = assertThrows(EndpointInUseException.class, () -> Binding.bind(platform, names, OPTIONS))
                .getMessage();
        assertTrue(message.contains("endpoint=a"), message);
        assertTrue(message.contains("pid " + ProcessHandle.current().pid()), message);
        assertTrue(locks().isHeld(ObjectNames.serverLock(first.control().epoch())), "the first is unharmed");
    }

    @Test
    void failingCreateLeavesNoLockAndNoRegion() {
        Platform full = new WithoutMemory(platform);
        assertThrows(OutOfSharedMemoryException.class, () -> Binding.bind(full, names, OPTIONS));
        assertDoesNotThrow(() -> assertEquals(List.of(), locks().list()));
        assertEquals(List.of(), platform.list(""));
        assertDoesNotThrow(() -> Binding.bind(platform, names, OPTIONS));
    }

    @Test
    void endLeavesNothing() throws IpcException {
        Binding binding = Binding.bind(platform, names, OPTIONS);
        binding.releaseName();
        binding.end();
        assertEquals(List.of(), locks().list());
        assertEquals(List.of(), platform.list(""));
    }

    @Test
    void nameIsFreeWhileTheEpochLivesOn() throws IpcException {
        Binding first = Binding.bind(platform, names, OPTIONS);
        Region connection = platform.create(names.region(first.control().epoch(), 0, 0), 8);
        first.releaseName();
        Binding second = Binding.bind(platform, names, OPTIONS);
        assertNotEquals(first.control().epoch(), second.control().epoch());
        assertEquals(connection, platform.open(names.region(first.control().epoch(), 0, 0), 8), "not swept");
        first.end();
        assertNull(platform.open(names.region(first.control().epoch(), 0, 0), 8));
        assertTrue(locks().isHeld(ObjectNames.BIND_LOCK));
        assertEquals(List.of(names.control()), platform.list(""));
    }

    @Test
    void bindRemovesWhatADeadServerLeft() throws IpcException {
        long dead = 0x1234;
        platform.create(names.region(dead, 0, 7), 8);
        platform.create(names.control(), ControlLayout.LAYOUT.byteSize());
        Binding binding = Binding.bind(platform, names, OPTIONS);
        assertEquals(List.of(names.control()), platform.list(""));
        assertEquals(OPTIONS.slots(), ControlRegion.open(platform, names.control()).slotsAcquire());
        assertNotEquals(dead, binding.control().epoch());
    }

    @Test
    void bindLeavesNamesOfOthersAlone() throws IpcException {
        String other = new ObjectNames(platform, "s", "a.b").region(0x1234, 0, 0);
        platform.create(other, 8);
        Binding.bind(platform, names, OPTIONS);
        assertTrue(platform.list("").contains(other));
    }

    @Test
    void controlRegionWithoutMagicIsNotThereYet() throws IpcException {
        platform.create(names.control(), ControlLayout.LAYOUT.byteSize());
        assertNull(ControlRegion.open(platform, names.control()));
    }

    @Test
    void controlRegionOfAnotherVersionIsRefused() throws IpcException {
        Binding.bind(platform, names, OPTIONS);
        platform.open(names.control(), 0)
                .memory()
                .set(ValueLayout.JAVA_INT, ControlLayout.VERSION, 77);
        String message = assertThrows(
                        IncompatibleLayoutException.class, () -> ControlRegion.open(platform, names.control()))
                .getMessage();
        assertTrue(message.contains("version=77"), message);
    }

    @Test
    void controlRegionWithImpossibleSlotsIsRefused() throws IpcException {
        Binding.bind(platform, names, OPTIONS);
        for (int slots : new int[] {0, -1, 1025, Integer.MAX_VALUE}) {
            platform.open(names.control(), 0)
                    .memory()
                    .set(ValueLayout.JAVA_INT, ControlLayout.SLOTS, slots);
            assertThrows(IncompatibleLayoutException.class, () -> ControlRegion.open(platform, names.control()));
        }
        assertFalse(platform.list("").isEmpty());
    }

    private LockDirectory locks() {
        return platform.lockDirectory(names.lockDirectory());
    }

    /// A platform that has no memory left.
    private static final class WithoutMemory extends DelegatingPlatform {
        WithoutMemory(Platform memory) {
            super(memory);
        }

        @Override
        public Region create(String name, long byteSize) throws IpcException {
            throw new OutOfSharedMemoryException("out of shared memory: name=" + name);
        }
    }
}
