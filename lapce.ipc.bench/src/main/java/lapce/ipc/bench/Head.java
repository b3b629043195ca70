package lapce.ipc.bench;

/// The first eight bytes of every message: 4 bits of kind, 28 of the message's length, 32 of its number.
final class Head {
    static final int BYTES = Long.BYTES;

    /// To be counted.
    static final int DATA = 1;

    /// To be sent back.
    static final int ECHO = 2;

    /// To be answered by the count, the last of its slice.
    static final int END = 3;

    private Head() {}

    static long of(int kind, int length, long number) {
        return (long) kind << 60 | (long) length << 32 | number & 0xffff_ffffL;
    }

    static int kind(long head) {
        return (int) (head >>> 60);
    }

    static int length(long head) {
        return (int) (head >>> 32) & 0xfff_ffff;
    }

    static int number(long head) {
        return (int) head;
    }
}
