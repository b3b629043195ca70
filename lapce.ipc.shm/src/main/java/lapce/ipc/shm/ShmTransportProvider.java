package lapce.ipc.shm;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import lapce.ipc.api.IpcException;
import lapce.ipc.api.Listener;
import lapce.ipc.api.NotPermittedException;
import lapce.ipc.api.Options;
import lapce.ipc.api.Stream;
import lapce.ipc.api.spi.EndpointObjects;
import lapce.ipc.api.spi.TransportProvider;

/// Serves `shm:` with what one operating system supplies. All methods may be called from any thread.
public abstract class ShmTransportProvider implements TransportProvider {
    private static final Map<Class<?>, ShmTransport> TRANSPORTS = new HashMap<>(); // one for each platform, whoever asks the loader

    /// For [java.util.ServiceLoader].
    protected ShmTransportProvider() {}

    /// Called once, at the first use: what it links is linked nowhere else.
    ///
    /// @return the system
    /// @throws IpcException if it refuses
    protected abstract Platform platform() throws IpcException;

    @Override
    public String scheme() {
        return "shm";
    }

    @Override
    public final Listener bind(String name, Options options) throws IpcException {
        return transport().bind(name, options);
    }

    @Override
    public final Stream connect(String name, Options options) throws IOException {
        return transport().connect(name, options);
    }

    @Override
    public final List<EndpointObjects> survey() throws IpcException {
        return transport().survey();
    }

    @Override
    public final boolean sweep(EndpointObjects found) throws IpcException {
        return transport().sweep(found);
    }

    private ShmTransport transport() throws IpcException {
        synchronized (TRANSPORTS) {
            ShmTransport transport = TRANSPORTS.get(getClass());
            if (transport == null) {
                transport = new ShmTransport(linked());
                TRANSPORTS.put(getClass(), transport);
            }
            return transport;
        }
    }

    /// The flag is asked for only when the JVM denied the access: without it, JDK 25 warns and goes on.
    private Platform linked() throws IpcException {
        try {
            return platform();
        } catch (LinkageError | IllegalCallerException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof IllegalCallerException || cause.toString().contains("IllegalCallerException")) {
                    throw denied(e);
                }
            }
            throw new IpcException("native calls cannot be linked: " + e + "; start the process again, with more descriptors or"
                    + " memory if the cause below names them", e);
        }
    }

    private NotPermittedException denied(Throwable cause) {
        Module module = getClass().getModule();
        NotPermittedException denied = new NotPermittedException("native access is denied: start java with "
                + "--enable-native-access=" + (module.isNamed() ? module.getName() : "ALL-UNNAMED"));
        denied.initCause(cause);
        return denied;
    }
}
