package lapce.ipc.shm.windows;

import java.nio.file.Path;
import java.util.Optional;
import lapce.ipc.api.IpcException;
import lapce.ipc.shm.Platform;
import lapce.ipc.shm.ShmTransportProvider;

/// Serves `shm:` on Windows.
public final class WindowsTransportProvider extends ShmTransportProvider {
    /// For [java.util.ServiceLoader].
    public WindowsTransportProvider() {}

    @Override
    public Optional<String> unsupportedReason() {
        String os = System.getProperty("os.name");
        String arch = System.getProperty("os.arch");
        return os.startsWith("Windows") && (arch.equals("amd64") || arch.equals("aarch64"))
                ? Optional.empty()
                : Optional.of("needs Windows on amd64 or aarch64, os.name=" + os + ", os.arch=" + arch);
    }

    @Override
    protected Platform platform() throws IpcException {
        String data = System.getenv("LOCALAPPDATA");
        if (data == null || !Path.of(data).isAbsolute()) {
            throw new IpcException("no directory for names: LOCALAPPDATA=" + data + "; start java with the user's environment");
        }
        return new WindowsPlatform(Kernel32.ofSystem(), Path.of(data, "lapce-ipc"));
    }
}
