package lapce.ipc.shm.windows;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import lapce.ipc.shm.Platform;
import lapce.ipc.shm.ShmTransportProvider;

/// Serves `winsim:`, which is `shm:` of Windows over the simulation.
public final class SimulatedTransportProvider extends ShmTransportProvider {
    static final String SCHEME = "winsim";

    /// For [java.util.ServiceLoader].
    public SimulatedTransportProvider() {}

    @Override
    public String scheme() {
        return SCHEME;
    }

    @Override
    public Optional<String> unsupportedReason() {
        return Simulation.isAvailable() ? Optional.empty() : Optional.of("needs Linux and a C compiler");
    }

    @Override
    protected Platform platform() {
        try {
            return Simulation.platform();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
