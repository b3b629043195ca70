package lapce.ipc.shm.linux;

import java.io.Closeable;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import lapce.ipc.api.IpcException;
import lapce.ipc.api.Listener;
import lapce.ipc.api.NotPermittedException;
import lapce.ipc.api.Options;
import lapce.ipc.api.OutOfSharedMemoryException;
import lapce.ipc.api.Stream;
import lapce.ipc.api.spi.EndpointObjects;
import lapce.ipc.api.spi.Finding;
import lapce.ipc.api.spi.TransportProvider;
import lapce.ipc.shm.ShmTransport;

/// Serves `shm:` on Linux.
public final class LinuxTransportProvider implements TransportProvider {
    private static final int DESCRIPTORS_TO_LINK = 16; // some more than were seen

    private static ShmTransport transport; // from the first use on, since it links native calls

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

    private static synchronized ShmTransport transport() throws IpcException {
        if (transport == null) {
            ensureDescriptors();
            transport = new ShmTransport(platform());
        }
        return transport;
    }

    /// Classes that cannot be initialized for want of one, the JDK's among them, are lost until the process ends.
    private static void ensureDescriptors() throws IpcException {
        Deque<Closeable> files = new ArrayDeque<>();
        try {
            try {
                while (files.size() < DESCRIPTORS_TO_LINK) {
                    files.add(new FileInputStream("/dev/null"));
                }
            } finally {
                for (Closeable file : files) {
                    file.close();
                }
            }
        } catch (IOException e) {
            if (e.getMessage().contains("Too many open files")) { // strerror(3) of EMFILE and ENFILE
                throw new OutOfSharedMemoryException("no descriptor left: " + e.getMessage() + ", needed=" + DESCRIPTORS_TO_LINK
                        + " by the first use; close files, or raise the limit: ulimit -n 65536");
            }
        }
    }

    /// The flag is asked for only when the JVM denied the access: without it, JDK 25 warns and goes on.
    private static LinuxPlatform platform() throws IpcException {
        try {
            return new LinuxPlatform();
        } catch (LinkageError e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof IllegalCallerException || cause.toString().contains("IllegalCallerException")) {
                    throw denied(e);
                }
            }
            throw new IpcException("native calls cannot be linked: " + e + "; start the process again, with more descriptors or"
                    + " memory if the cause below names them", e);
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
