package lapce.ipc.shm.mem;

import java.io.IOException;
import java.util.Optional;
import lapce.ipc.api.IpcException;
import lapce.ipc.api.Listener;
import lapce.ipc.api.Options;
import lapce.ipc.api.Stream;
import lapce.ipc.api.spi.TransportProvider;
import lapce.ipc.shm.ShmTransport;

/// Serves `mem:` everywhere.
public final class MemTransportProvider implements TransportProvider {
    private static final ShmTransport TRANSPORT = new ShmTransport(new MemPlatform());

    /// For [java.util.ServiceLoader].
    public MemTransportProvider() {}

    @Override
    public String scheme() {
        return "mem";
    }

    @Override
    public Optional<String> unsupportedReason() {
        return Optional.empty();
    }

    @Override
    public Listener bind(String name, Options options) throws IpcException {
        return TRANSPORT.bind(name, options);
    }

    @Override
    public Stream connect(String name, Options options) throws IOException {
        return TRANSPORT.connect(name, options);
    }
}
