package lapce.ipc.api;

import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import lapce.ipc.api.spi.TransportProvider;

/// Finds the provider of a scheme, once.
final class Transports {
    private static final ConcurrentMap<String, TransportProvider> FOUND = new ConcurrentHashMap<>();

    private Transports() {}

    static TransportProvider forScheme(String scheme) throws IpcException {
        TransportProvider known = FOUND.get(scheme);
        if (known != null) {
            return known;
        }
        try {
            TransportProvider found =
                    choose(scheme, ServiceLoader.load(TransportProvider.class, Transports.class.getClassLoader()));
            FOUND.putIfAbsent(scheme, found);
            return FOUND.get(scheme);
        } catch (ServiceConfigurationError e) {
            throw new IpcException("a transport module cannot be loaded: scheme=" + scheme + ": " + e.getMessage()
                    + "; mend the module path, or the cause below if it names one", e);
        }
    }

    /// The first that serves the scheme here; when none does, the error lists what each one answered.
    static TransportProvider choose(String scheme, Iterable<TransportProvider> providers) throws IpcException {
        StringBuilder answers = new StringBuilder();
        for (TransportProvider provider : providers) {
            String answer = provider.scheme().equals(scheme)
                    ? provider.unsupportedReason().orElse(null)
                    : "serves scheme " + provider.scheme();
            if (answer == null) {
                return provider;
            }
            answers.append("; ").append(provider.getClass().getSimpleName()).append(": ").append(answer);
        }
        throw new IpcException("no transport for scheme=" + scheme + " here"
                + (answers.isEmpty() ? ": add a transport module such as lapce.ipc.shm.linux" : answers));
    }
}
