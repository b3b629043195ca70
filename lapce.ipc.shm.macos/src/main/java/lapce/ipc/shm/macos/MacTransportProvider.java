package lapce.ipc.shm.macos;

import java.nio.file.Path;
import java.util.Optional;
import lapce.ipc.api.IpcException;
import lapce.ipc.shm.Platform;
import lapce.ipc.shm.ShmTransportProvider;

/// Serves `shm:` on macOS.
public final class MacTransportProvider extends ShmTransportProvider {
    /// For [java.util.ServiceLoader].
    public MacTransportProvider() {}

    @Override
    public Optional<String> unsupportedReason() {
        String os = System.getProperty("os.name");
        String arch = System.getProperty("os.arch");
        return os.equals("Mac OS X") && (arch.equals("aarch64") || arch.equals("x86_64"))
                ? Optional.empty()
                : Optional.of("needs macOS on aarch64 or x86_64, os.name=" + os + ", os.arch=" + arch);
    }

    /// The system empties its directories for temporary files while servers run; not this one.
    @Override
    protected Platform platform() throws IpcException {
        Path directory = Path.of(System.getProperty("user.home"), "Library", "Application Support", "lapce-ipc");
        return new MacPlatform(Libc.ofSystem(), directory);
    }
}
