package lapce.ipc.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import lapce.ipc.shm.mem.MemPlatform;
import org.junit.jupiter.api.Test;

class ObjectNamesTest {
    private static final long EPOCH = 0xfedc_ba98_0000_0001L;

    private final ObjectNames names = new ObjectNames(new MemPlatform(), "s", "a");

    @Test
    void namesAreThoseOfThePage() {
        assertEquals("lapce_ipc_0_s-00000000~a~ctl", names.control());
        assertEquals("lapce_ipc_0_s-00000000~a_locks", names.lockDirectory());
        assertEquals("lapce_ipc_0_s-00000000~a~fedcba9800000001~s1023g4294967295", names.region(EPOCH, 1023, -1));
        assertEquals("server.fedcba9800000001.lock", ObjectNames.serverLock(EPOCH));
        assertEquals("client.fedcba9800000001.7.4294967295.lock", ObjectNames.clientLock(EPOCH, 7, -1));
        assertEquals("bind.lock", ObjectNames.BIND_LOCK);
    }

    @Test
    void oneNameNeverMatchesALongerOne() {
        for (String longer : new String[] {"a.b", "a-b", "a_locks", "ab", "a0000000000000001"}) {
            ObjectNames other = new ObjectNames(new MemPlatform(), "s", longer);
            assertFalse(other.control().startsWith(names.anyRegion()), longer);
            assertFalse(other.region(EPOCH, 0, 0).startsWith(names.anyRegion()), longer);
            assertFalse(other.region(EPOCH, 0, 0).startsWith(names.regionsOf(EPOCH)), longer);
        }
    }

    @Test
    void sessionsDoNotMeet() {
        ObjectNames other = new ObjectNames(new MemPlatform(), "s-00000000", "a");
        assertFalse(other.control().startsWith(names.anyRegion()));
        assertFalse(names.control().startsWith(other.anyRegion()));
    }

    @Test
    void regionsCarryTheirEpoch() {
        assertTrue(names.region(EPOCH, 3, 4).startsWith(names.regionsOf(EPOCH)));
        assertEquals(EPOCH, names.epochOfRegion(names.region(EPOCH, 3, 4)));
        assertEquals(-1L, names.epochOfRegion(names.region(-1, 3, 4)));
    }

    @Test
    void controlRegionHasNoEpoch() {
        assertNull(names.epochOfRegion(names.control()));
    }

    @Test
    void epochsOfRegionsAreParsedExactly() {
        String any = names.anyRegion();
        assertNull(names.epochOfRegion(any));
        assertNull(names.epochOfRegion(any + "fedcba980000000~s0g0"));
        assertNull(names.epochOfRegion(any + "fedcba98000000011~s0g0"));
        assertNull(names.epochOfRegion(any + "FEDCBA9800000001~s0g0"));
        assertNull(names.epochOfRegion(any + "fedcba9800000001"));
    }

    @Test
    void epochsOfLocksAreParsedExactly() {
        assertEquals(EPOCH, ObjectNames.epochOfLock(ObjectNames.serverLock(EPOCH)));
        assertEquals(EPOCH, ObjectNames.epochOfLock(ObjectNames.clientLock(EPOCH, 1, 2)));
        assertNull(ObjectNames.epochOfLock(ObjectNames.BIND_LOCK));
        assertNull(ObjectNames.epochOfLock("server.fedcba980000000.lock"));
        assertNull(ObjectNames.epochOfLock("server.fedcba98000000011.lock"));
        assertNull(ObjectNames.epochOfLock("xserver.fedcba9800000001.lock"));
        assertNull(ObjectNames.epochOfLock("server.fedcba980000000g.lock"));
    }
}
