package lapce.ipc.framing;

import lapce.ipc.api.Framer;
import lapce.ipc.api.Stream;
import lapce.ipc.api.spi.FramerProvider;

/// Makes framers of the canonical format. Any thread.
public final class CanonicalFramerProvider implements FramerProvider {
    /// For [java.util.ServiceLoader].
    public CanonicalFramerProvider() {}

    @Override
    public Framer over(Stream stream, Framer.OnCorruptFrame policy) {
        return new CanonicalFramer(stream, policy);
    }
}
