package lapce.ipc.api.spi;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import lapce.ipc.api.IpcException;
import lapce.ipc.api.Listener;
import lapce.ipc.api.Options;
import lapce.ipc.api.Stream;

/// Makes listeners and streams of one scheme; found by [java.util.ServiceLoader]. Building one links nothing native, so
/// that every provider can be asked on every machine. [lapce.ipc.api.Ipc] has checked names and sessions; that names of different
/// sessions do not meet is the transport's part. `lapce.ipc.test` proves a transport.
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

    /// Looks at what of this machine and process matters here. Never fails: what cannot be read is a finding too.
    ///
    /// @return what was found, troubles and others; empty if nothing matters
    default List<Finding> diagnose() {
        return List.of();
    }

    /// What this user has in shared memory now, of all sessions and of earlier starts of the machine too.
    ///
    /// @return one entry for each endpoint and start of the machine, in order of their names; empty if nothing can be left
    ///     over
    /// @throws IpcException if the system refuses
    default List<EndpointObjects> survey() throws IpcException {
        return List.of();
    }

    /// Removes what dead servers have left of one endpoint. What belongs to a living one stays.
    ///
    /// @param found what [#survey()] has found; its locks are looked at anew
    /// @return true if nothing of it is left
    /// @throws IpcException if the system refuses
    default boolean sweep(EndpointObjects found) throws IpcException {
        return false;
    }
}
