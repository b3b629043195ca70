package lapce.ipc.shm.ring;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

/// Each word is where the page says, seen from the other side.
class RingControlTest {
    private static final long DIRECTION = 128;

    private final MemorySegment region = Arena.ofAuto().allocate(1024, 128);
    private final RingControl control = new RingControl(region, DIRECTION);

    @Test
    void positions() {
        control.consumedRelease(8);
        control.wantedOpaque(16);
        assertEquals(8, region.get(JAVA_LONG, DIRECTION));
        assertEquals(16, region.get(JAVA_LONG, DIRECTION + 128));
        region.set(JAVA_LONG, DIRECTION, 24);
        region.set(JAVA_LONG, DIRECTION + 128, 32);
        assertEquals(24, control.consumedAcquire());
        assertEquals(32, control.wantedOpaque());
    }

    @Test
    void armedWords() {
        control.spaceArmedVolatile(5);
        control.dataArmedVolatile(6);
        assertEquals(5, region.get(JAVA_INT, DIRECTION + 136));
        assertEquals(6, region.get(JAVA_INT, DIRECTION + 256));
        assertEquals(5, control.spaceArmedAcquire());
        assertEquals(6, control.dataArmedAcquire());
    }

    @Test
    void ends() {
        assertFalse(control.outputClosedAcquire() || control.inputClosedAcquire());
        control.closeOutputRelease();
        assertEquals(1, region.get(JAVA_INT, DIRECTION + 140));
        assertTrue(control.outputClosedAcquire());
        assertFalse(control.inputClosedAcquire());
        control.closeInputRelease();
        assertEquals(1, region.get(JAVA_INT, DIRECTION + 260));
        assertTrue(control.inputClosedAcquire());
    }
}
