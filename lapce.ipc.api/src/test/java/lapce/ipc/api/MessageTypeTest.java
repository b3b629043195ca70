package lapce.ipc.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class MessageTypeTest {
    @Test
    void namedTypesHaveTheCodesOfTheWire() {
        assertEquals("HEARTBEAT", new MessageType(1).toString());
        assertEquals("DATA", new MessageType(2).toString());
        assertEquals("CONTROL", new MessageType(3).toString());
        assertEquals("RESPONSE", new MessageType(4).toString());
    }

    @Test
    void everySixteenBitsAreAType() {
        assertEquals("MessageType(0x0000)", new MessageType(0).toString());
        assertEquals("MessageType(0xffff)", new MessageType(0xffff).toString());
        assertThrows(IllegalArgumentException.class, () -> new MessageType(-1));
        assertThrows(IllegalArgumentException.class, () -> new MessageType(0x10000));
    }

    @Test
    void registeredNameShows() {
        assertEquals(new MessageType(0x0100), MessageType.register(0x0100, "ORDER"));
        assertEquals("ORDER", new MessageType(0x0100).toString());
        assertEquals("ORDER", MessageType.register(0x0100, "ORDER").toString());
    }

    @Test
    void codeKeepsItsFirstName() {
        assertThrows(IllegalStateException.class, () -> MessageType.register(2, "OTHER"));
        assertThrows(IllegalArgumentException.class, () -> MessageType.register(-1, "OTHER"));
        assertEquals("DATA", MessageType.DATA.toString());
    }
}
