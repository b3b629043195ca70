package lapce.ipc.shm.macos;

import java.util.Optional;
import lapce.ipc.api.IpcException;
import lapce.ipc.shm.Platform;
import lapce.ipc.shm.ShmTransportProvider;

/// Serves `macsim:`, macOS's transport over the simulation.
public final class SimulatedTransportProvider extends ShmTransportProvider {
    static final String SCHEME = "macsim";

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
    protected Platform platform() throws IpcException {
        return Simulation.platform();
    }
}
