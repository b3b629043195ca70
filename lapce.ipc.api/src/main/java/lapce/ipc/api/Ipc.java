package lapce.ipc.api;

import java.io.IOException;

/// Binds and connects. All methods may be called from any thread.
///
/// An endpoint is a name, optionally with the scheme of a transport in front: `my_ipc`, `shm:my_ipc`, `mem:my_ipc`.
/// A name has 1 to 64 letters, digits, `.`, `_` or `-`; a leading `/` is accepted and dropped. Without a scheme it is
/// `shm`, shared memory of this machine; `mem` is the same algorithm within one process, for tests.
public final class Ipc {
    private Ipc() {}

    /// Binds a name with the default options.
    ///
    /// @param endpoint the name, see [Ipc]
    /// @return the listener, which the caller closes
    /// @throws EndpointInUseException if a living process holds the name
    /// @throws IpcException if the system refuses
    public static Listener bind(String endpoint) throws IpcException {
        return bind(endpoint, Options.DEFAULT);
    }

    /// Binds a name. What an earlier, dead holder of the name left behind is removed first.
    ///
    /// @param endpoint the name, see [Ipc]
    /// @param options sizes, waiting and limits of every stream accepted
    /// @return the listener, which the caller closes
    /// @throws EndpointInUseException if a living process holds the name
    /// @throws IpcException if the system refuses
    public static Listener bind(String endpoint, Options options) throws IpcException {
        Endpoint at = Endpoint.parse(endpoint);
        Endpoint.checkSession(options.session());
        return Transports.forScheme(at.scheme()).bind(at.name(), options);
    }

    /// Connects to a bound name with the default options.
    ///
    /// @param endpoint the name, see [Ipc]
    /// @return the stream, on which sending is allowed at once, before the server accepts
    /// @throws NoSuchEndpointException if no living process has bound the name
    /// @throws NoFreeSlotException if all slots stayed taken until the time limit
    /// @throws java.io.InterruptedIOException if the thread is interrupted while it waits for a slot
    /// @throws IpcException if the system refuses
    public static Stream connect(String endpoint) throws IOException {
        return connect(endpoint, Options.DEFAULT);
    }

    /// Connects to a bound name.
    ///
    /// @param endpoint the name, see [Ipc]
    /// @param options sizes, waiting and limits of this stream; the ring size is the connecting side's choice
    /// @return the stream, on which sending is allowed at once, before the server accepts
    /// @throws NoSuchEndpointException if no living process has bound the name
    /// @throws NoFreeSlotException if all slots stayed taken until the time limit
    /// @throws java.io.InterruptedIOException if the thread is interrupted while it waits for a slot
    /// @throws IpcException if the system refuses
    public static Stream connect(String endpoint, Options options) throws IOException {
        Endpoint at = Endpoint.parse(endpoint);
        Endpoint.checkSession(options.session());
        return Transports.forScheme(at.scheme()).connect(at.name(), options);
    }
}
