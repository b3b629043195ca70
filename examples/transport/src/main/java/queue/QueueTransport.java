package queue;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import lapce.ipc.api.EndpointInUseException;
import lapce.ipc.api.IpcException;
import lapce.ipc.api.Listener;
import lapce.ipc.api.NoSuchEndpointException;
import lapce.ipc.api.Options;
import lapce.ipc.api.Stream;
import lapce.ipc.api.spi.TransportProvider;

/// Finds who has bound a name, in this process.
public final class QueueTransport implements TransportProvider {
    private static final ConcurrentMap<String, QueueListener> BOUND = new ConcurrentHashMap<>();

    /// For [java.util.ServiceLoader].
    public QueueTransport() {}

    @Override
    public String scheme() {
        return "queue";
    }

    @Override
    public Optional<String> unsupportedReason() {
        return Optional.empty();
    }

    @Override
    public Listener bind(String name, Options options) throws IpcException {
        String key = key(name, options);
        QueueListener listener = new QueueListener(name, options, () -> BOUND.remove(key));
        if (BOUND.putIfAbsent(key, listener) != null) {
            throw new EndpointInUseException(
                    "name is bound: endpoint=" + name + ", holder=pid " + ProcessHandle.current().pid());
        }
        return listener;
    }

    @Override
    public Stream connect(String name, Options options) throws IOException {
        QueueListener listener = BOUND.get(key(name, options));
        if (listener == null) {
            throw new NoSuchEndpointException("nobody has bound the name: endpoint=" + name);
        }
        return listener.connect(options);
    }

    private static String key(String name, Options options) {
        return options.session() + ":" + name;
    }
}
