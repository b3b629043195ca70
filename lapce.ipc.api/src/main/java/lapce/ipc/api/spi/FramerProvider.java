package lapce.ipc.api.spi;

import lapce.ipc.api.Framer;
import lapce.ipc.api.Stream;

/// Makes framers; found by [java.util.ServiceLoader].
public interface FramerProvider {
    /// Frames over a stream.
    ///
    /// @param stream the stream
    /// @param policy what a bad frame does
    /// @return a framer that closes the stream when it is closed
    Framer over(Stream stream, Framer.OnCorruptFrame policy);
}
