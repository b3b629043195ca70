package lapce.ipc.framing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.MemorySegment;
import lapce.ipc.api.Frame;
import org.junit.jupiter.api.Test;

class FrameHeaderTest {
    @Test
    void headerTakes24Bytes() {
        assertEquals(24, Frame.HEADER_BYTES);
    }

    @Test
    void fieldsLieWhereThePackagePageSaysInLittleEndianOrder() {
        byte[] bytes = new byte[Frame.HEADER_BYTES + 1];
        MemorySegment segment = MemorySegment.ofArray(bytes);
        long id = 0x100f0e0d0c0b0a09L;
        FrameHeader.write(segment, 1, 0x02, 0x0403, 0x08070605L, id);
        assertArrayEquals(Frames.bytes("00" + "4350414c0102030405060708090a0b0c0d0e0f1000000000"), bytes);
        FrameHeader.third(segment, 1, FrameHeader.third(id, 0x14131211));
        assertArrayEquals(Frames.bytes("00" + "4350414c0102030405060708090a0b0c0d0e0f1011121314"), bytes);
        long first = FrameHeader.first(segment, 1);
        long second = FrameHeader.second(segment, 1);
        long third = FrameHeader.third(segment, 1);
        assertEquals(FrameHeader.MAGIC, FrameHeader.magic(first));
        assertEquals(0x01, FrameHeader.version(first));
        assertEquals(0x02, FrameHeader.flags(first));
        assertEquals(0x0403, FrameHeader.type(first));
        assertEquals(0x08070605L, FrameHeader.payloadLength(second));
        assertEquals(id, FrameHeader.id(second, third));
        assertEquals(0x14131211, FrameHeader.crc32(third));
        assertEquals(0, FrameHeader.crc32(FrameHeader.withoutChecksum(third)));
        assertEquals(id, FrameHeader.id(second, FrameHeader.withoutChecksum(third)));
    }

    @Test
    void fieldsAreUnsignedNumbers() {
        byte[] bytes = new byte[Frame.HEADER_BYTES];
        FrameHeader.write(MemorySegment.ofArray(bytes), 0, 0xff, 0xffff, 0xffff_ffffL, -1);
        assertArrayEquals(Frames.bytes("4350414c01" + "ff".repeat(15) + "00000000"), bytes);
        assertEquals(0xff, FrameHeader.version(-1));
        assertEquals(0xff, FrameHeader.flags(-1));
        assertEquals(0xffff, FrameHeader.type(-1));
        assertEquals(0xffff_ffffL, FrameHeader.payloadLength(-1));
        assertEquals(-1, FrameHeader.id(-1, -1));
    }
}
