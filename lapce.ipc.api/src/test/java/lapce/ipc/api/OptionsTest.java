package lapce.ipc.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptionsTest {
    private static final Options OPTIONS = Options.DEFAULT;

    @Test
    void defaultsAreThoseOfTheDocs() {
        String session = System.getenv("LAPCE_IPC_SESSION");
        assertEquals(session == null || session.isEmpty() ? "default" : session, OPTIONS.session());
        assertEquals(65_536, OPTIONS.ringBytes());
        assertEquals(64, OPTIONS.slots());
        assertEquals(1024, OPTIONS.maxSlots());
        assertEquals(4, OPTIONS.warmSlots());
        assertEquals(10_485_784, OPTIONS.maxMessageLength());
        assertEquals(WaitStrategy.Kind.BLOCKING, OPTIONS.waitStrategy().kind());
        assertEquals(Duration.ofSeconds(2), OPTIONS.connectTimeout());
        assertEquals(Duration.ofMillis(427), OPTIONS.sendTimeout());
    }

    @Test
    void eachWithChangesOneThing() {
        Options changed = OPTIONS.withSession("s").withGroup("g").withRingBytes(4096).withSlots(1000, 1024).withWarmSlots(9).withMaxMessageLength(1)
                .withWaitStrategy(WaitStrategy.yielding()).withConnectTimeout(Duration.ZERO)
                .withSendTimeout(Stream.FOREVER);
        assertEquals(
                new Options("s", "g", 4096, 1000, 1024, 9, 1, WaitStrategy.yielding(), Duration.ZERO, Stream.FOREVER), changed);
        assertEquals(Options.MAX_RING_BYTES, OPTIONS.withRingBytes(1 << 30).ringBytes());
    }

    @Test
    void whatIsMissingIsNamed() {
        assertEquals("group", assertThrows(NullPointerException.class, () -> OPTIONS.withGroup(null)).getMessage());
        assertEquals("waitStrategy", assertThrows(NullPointerException.class, () -> OPTIONS.withWaitStrategy(null)).getMessage());
        assertEquals("connectTimeout", assertThrows(NullPointerException.class, () -> OPTIONS.withConnectTimeout(null)).getMessage());
        assertEquals("sendTimeout", assertThrows(NullPointerException.class, () -> OPTIONS.withSendTimeout(null)).getMessage());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -4096, 2048, 4097, 65_535, 3 << 20, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void ringsThatAreNoPowerOfTwoInRangeAreRefused(int ringBytes) {
        assertRefused("ringBytes=" + ringBytes, () -> OPTIONS.withRingBytes(ringBytes));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 1025})
    void slotsOutOfRangeAreRefused(int slots) {
        assertRefused("slots=" + slots, () -> OPTIONS.withSlots(slots, 1024));
        assertRefused("maxSlots=" + slots, () -> OPTIONS.withSlots(1, slots));
        assertRefused("slots=2", () -> OPTIONS.withSlots(2, 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a~b", "a/b", "a b"})
    void sessionsThatCannotBePartOfANameAreRefused(String session) {
        assertRefused("session=" + session, () -> OPTIONS.withSession(session));
    }

    @Test
    void otherImpossibleValuesAreRefused() {
        assertRefused("warmSlots=-1", () -> OPTIONS.withWarmSlots(-1));
        assertRefused("warmSlots=1025", () -> OPTIONS.withWarmSlots(1025));
        assertRefused("maxMessageLength=0", () -> OPTIONS.withMaxMessageLength(0));
        assertRefused("connectTimeout=PT-1S", () -> OPTIONS.withConnectTimeout(Duration.ofSeconds(-1)));
        assertRefused("sendTimeout=PT-1S", () -> OPTIONS.withSendTimeout(Duration.ofSeconds(-1)));
        assertRefused("spin=PT-1S", () -> WaitStrategy.blocking(Duration.ofSeconds(-1)));
        assertRefused("spin=PT1.1S", () -> WaitStrategy.blocking(Duration.ofMillis(1100)));
    }

    private static void assertRefused(String part, Executable change) {
        String message = assertThrows(IllegalArgumentException.class, change).getMessage();
        assertTrue(message.contains(part), message);
    }
}
