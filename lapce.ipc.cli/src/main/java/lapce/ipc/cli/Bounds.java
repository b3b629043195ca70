package lapce.ipc.cli;

import lapce.ipc.api.Frame;

/// Refuses numbers of the command line that make no sense, as the library refuses names.
final class Bounds {
    private Bounds() {}

    static void check(String option, long least, long value, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    option + " must be " + least + " to " + most + ": " + option + "=" + value);
        }
    }

    static void checkPayload(String option, int bytes) {
        check(option, 0, bytes, Frame.MAX_PAYLOAD_LENGTH);
    }
}
