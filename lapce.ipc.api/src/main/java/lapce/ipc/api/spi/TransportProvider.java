package lapce.ipc.api.spi;

import java.io.IOException;
import java.util.Optional;
import java.util.ServiceLoader;
import lapce.ipc.api.IpcException;
import lapce.ipc.api.Listener;
import lapce.ipc.api.Options;
import lapce.ipc.api.Stream;

/// Makes listeners and streams of one scheme; found by [java.util.ServiceLoader]. Building one links nothing native, so
/// that every provider can be asked on every machine.
public interface TransportProvider {
    /// The scheme it serves, such as `shm`; several providers may serve one scheme on different systems.
    ///
    /// @return lower-case letters
    String scheme();

    /// Why this provider cannot serve on this machine.
    ///
    /// @return empty if it can, else one line
    Optional<String> unsupportedReason();

    /// Binds a name.
    ///
    /// @param name a valid name, without scheme
    /// @param options sizes, waiting and limits
    /// @return the listener
    /// @throws IpcException as [lapce.ipc.api.Ipc#bind(String, Options)]
    Listener bind(String name, Options options) throws IpcException;

    /// Connects to a name.
    ///
    /// @param name a valid name, without scheme
    /// @param options sizes, waiting and limits
    /// @return the stream
    /// @throws IOException as [lapce.ipc.api.Ipc#connect(String, Options)]
    Stream connect(String name, Options options) throws IOException;

    /// The first provider that serves a scheme here.
    ///
    /// @param scheme the scheme
    /// @return the provider
    /// @throws IpcException if there is none; the message lists what each one answered
    static TransportProvider forScheme(String scheme) throws IpcException {
        StringBuilder answers = new StringBuilder();
        for (TransportProvider provider :
                ServiceLoader.load(TransportProvider.class, TransportProvider.class.getClassLoader())) {
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
