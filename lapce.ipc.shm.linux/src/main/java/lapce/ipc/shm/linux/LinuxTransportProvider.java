package lapce.ipc.shm.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import lapce.ipc.api.IpcException;
import lapce.ipc.api.Listener;
import lapce.ipc.api.NotPermittedException;
import lapce.ipc.api.Options;
import lapce.ipc.api.Stream;
import lapce.ipc.api.spi.EndpointObjects;
import lapce.ipc.api.spi.Finding;
import lapce.ipc.api.spi.TransportProvider;
import lapce.ipc.shm.ShmTransport;

/// Serves `shm:` on Linux.
public final class LinuxTransportProvider implements TransportProvider {
    /// Links native calls, so it is touched by the first use only.
    private static final class Holder {
        static final ShmTransport TRANSPORT = new ShmTransport(new LinuxPlatform());
    }

    /// For [java.util.ServiceLoader].
    public LinuxTransportProvider() {}

    @Override
    public String scheme() {
        return "shm";
    }

    @Override
    public Optional<String> unsupportedReason() {
        String os = System.getProperty("os.name");
        String arch = System.getProperty("os.arch");
        return os.equals("Linux") && (arch.equals("amd64") || arch.equals("aarch64"))
                ? Optional.empty()
                : Optional.of("needs Linux on amd64 or aarch64, os.name=" + os + ", os.arch=" + arch);
    }

    @Override
    public Listener bind(String name, Options options) throws IpcException {
        return transport().bind(name, options);
    }

    @Override
    public Stream connect(String name, Options options) throws IOException {
        return transport().connect(name, options);
    }

    @Override
    public List<Finding> diagnose() {
        return new Diagnosis(LinuxPlatform.DIRECTORY, user()).findings();
    }

    /// Without a native call, which may be denied.
    private static int user() {
        try {
            return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        } catch (IOException e) {
            return 0; // without /proc nothing else works either
        }
    }

    @Override
    public List<EndpointObjects> survey() throws IpcException {
        return transport().survey();
    }

    @Override
    public boolean sweep(EndpointObjects found) throws IpcException {
        return transport().sweep(found);
    }

    /// The flag is asked for only when the JVM denied the access: without it, JDK 25 warns and goes on.
    private static ShmTransport transport() throws NotPermittedException {
        try {
            return Holder.TRANSPORT;
        } catch (ExceptionInInitializerError | NoClassDefFoundError e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof IllegalCallerException || cause.toString().contains("IllegalCallerException")) {
                    throw denied(e);
                }
            }
            throw e;
        }
    }

    private static NotPermittedException denied(Throwable cause) {
        Module module = LinuxTransportProvider.class.getModule();
        NotPermittedException denied = new NotPermittedException("native access is denied: start java with "
                + "--enable-native-access=" + (module.isNamed() ? module.getName() : "ALL-UNNAMED"));
        denied.initCause(cause);
        return denied;
    }
}
