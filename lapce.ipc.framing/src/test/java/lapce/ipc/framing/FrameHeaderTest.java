package lapce.ipc.framing;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.MemorySegment;
import lapce.ipc.api.Frame;
import org.junit.jupiter.api.Test;

class FrameHeaderTest {
    @Test
    void offsetsMatchTheTableOnThePackagePage() {
        assertEquals(0, offset("magic"));
        assertEquals(4, offset("version"));
        assertEquals(5, offset("flags"));
        assertEquals(6, offset("type"));
        assertEquals(8, offset("payloadLength"));
        assertEquals(12, offset("id"));
        assertEquals(20, offset("crc32"));
    }

    @Test
    void headerTakes24Bytes() {
        assertEquals(24, FrameHeader.LAYOUT.byteSize());
        assertEquals(24, Frame.HEADER_BYTES);
    }

    @Test
    void fieldsAreWrittenInLittleEndianOrder() {
        byte[] bytes = new byte[Frame.HEADER_BYTES];
        MemorySegment frame = MemorySegment.ofArray(bytes);
        FrameHeader.magic(frame, FrameHeader.MAGIC);
        FrameHeader.version(frame, 0x01);
        FrameHeader.flags(frame, 0x02);
        FrameHeader.type(frame, 0x0403);
        FrameHeader.payloadLength(frame, 0x08070605L);
        FrameHeader.id(frame, 0x100f0e0d0c0b0a09L);
        FrameHeader.crc32(frame, 0x14131211);
        assertArrayEquals(Frames.bytes("4350414c0102030405060708090a0b0c0d0e0f1011121314"), bytes);
    }

    @Test
    void fieldsAreReadAsUnsignedNumbers() {
        MemorySegment frame = MemorySegment.ofArray(Frames.bytes("ff".repeat(Frame.HEADER_BYTES)));
        assertEquals(0xff, FrameHeader.version(frame));
        assertEquals(0xff, FrameHeader.flags(frame));
        assertEquals(0xffff, FrameHeader.type(frame));
        assertEquals(0xffff_ffffL, FrameHeader.payloadLength(frame));
    }

    private static long offset(String field) {
        return FrameHeader.LAYOUT.byteOffset(groupElement(field));
    }
}
