package lapce.ipc.cli;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NumberedPayloadTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 9, 64, 65})
    void whatWasFilledMatchesItsNumber(int length) {
        assertTrue(NumberedPayload.matches(filled(length, 42), 42));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 8, 9, 64, 65})
    void anyFlippedBitIsSeen(int length) {
        MemorySegment payload = filled(length, 42);
        for (int bit = 0; bit < length * Byte.SIZE; bit++) {
            flip(payload, bit);
            assertFalse(NumberedPayload.matches(payload, 42), "bit=" + bit);
            flip(payload, bit);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 9, 64})
    void anotherNumberIsSeen(int length) {
        assertFalse(NumberedPayload.matches(filled(length, 42), 43));
    }

    private static MemorySegment filled(int length, long sequence) {
        MemorySegment payload = MemorySegment.ofArray(new byte[length]);
        NumberedPayload.fill(payload, sequence);
        return payload;
    }

    private static void flip(MemorySegment payload, int bit) {
        int at = bit / Byte.SIZE;
        payload.set(JAVA_BYTE, at, (byte) (payload.get(JAVA_BYTE, at) ^ 1 << bit % Byte.SIZE));
    }
}
