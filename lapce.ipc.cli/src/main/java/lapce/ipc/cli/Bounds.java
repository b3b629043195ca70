package lapce.ipc.cli;

import lapce.ipc.api.Frame;

/// Refuses numbers of the command line that make no sense, as the library refuses names.
final class Bounds {
    private Bounds() {}

    static void check(String option, long value, long most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(option + " must be 1 to " + most + ": " + option + "=" + value);
        }
    }

    static void checkPayload(String option, int bytes) {
        if (bytes < 0 || bytes > Frame.MAX_PAYLOAD_LENGTH) {
            throw new IllegalArgumentException(
                    option + " must be 0 to " + Frame.MAX_PAYLOAD_LENGTH + " bytes: " + option + "=" + bytes);
        }
    }
}
