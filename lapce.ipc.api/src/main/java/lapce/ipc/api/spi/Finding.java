package lapce.ipc.api.spi;

import java.util.Objects;

/// One thing about this machine that matters to a transport.
///
/// @param subject what was looked at, such as `/dev/shm`
/// @param value what was found
/// @param advice what will hurt and what to do, in one line; empty if all is well
public record Finding(String subject, String value, String advice) {
    /// Checks that nothing is null.
    public Finding {
        Objects.requireNonNull(subject, "subject");
        Objects.requireNonNull(value, "value");
        Objects.requireNonNull(advice, "advice");
    }

    /// Whether something will hurt.
    ///
    /// @return true if there is advice
    public boolean isTrouble() {
        return !advice.isEmpty();
    }
}
