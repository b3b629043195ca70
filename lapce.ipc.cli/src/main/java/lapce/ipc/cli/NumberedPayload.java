package lapce.ipc.cli;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;

/// Bytes that follow from a sequence number, so that a receiver can check each one without having the original.
final class NumberedPayload {
    private static final long PER_SEQUENCE = 0x9E37_79B9_7F4A_7C15L; // odd, so different numbers never give one word
    private static final long PER_WORD = 0xD1B5_4A32_D192_ED03L;

    private NumberedPayload() {}

    static void fill(MemorySegment payload, long sequence) {
        long length = payload.byteSize();
        long word = sequence * PER_SEQUENCE;
        long at = 0;
        for (; at <= length - Long.BYTES; at += Long.BYTES, word += PER_WORD) {
            payload.set(JAVA_LONG_UNALIGNED, at, word);
        }
        for (; at < length; at++, word >>>= Byte.SIZE) {
            payload.set(JAVA_BYTE, at, (byte) word);
        }
    }

    static boolean matches(MemorySegment payload, long sequence) {
        long length = payload.byteSize();
        long word = sequence * PER_SEQUENCE;
        long at = 0;
        for (; at <= length - Long.BYTES; at += Long.BYTES, word += PER_WORD) {
            if (payload.get(JAVA_LONG_UNALIGNED, at) != word) {
                return false;
            }
        }
        for (; at < length; at++, word >>>= Byte.SIZE) {
            if (payload.get(JAVA_BYTE, at) != (byte) word) {
                return false;
            }
        }
        return true;
    }
}
