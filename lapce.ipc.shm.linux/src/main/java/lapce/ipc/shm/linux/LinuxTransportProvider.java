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
import lapce.ipc.api.OutOfSharedMemoryException;
import lapce.ipc.api.spi.Finding;
import lapce.ipc.shm.Platform;
import lapce.ipc.shm.ShmTransportProvider;

/// Serves `shm:` on Linux.
public final class LinuxTransportProvider extends ShmTransportProvider {
    private static final int DESCRIPTORS_TO_LINK = 16; // some more than were seen

    /// For [java.util.ServiceLoader].
    public LinuxTransportProvider() {}

    @Override
    public Optional<String> unsupportedReason() {
        String os = System.getProperty("os.name");
        String arch = System.getProperty("os.arch");
        return os.equals("Linux") && (arch.equals("amd64") || arch.equals("aarch64"))
                ? Optional.empty()
                : Optional.of("needs Linux on amd64 or aarch64, os.name=" + os + ", os.arch=" + arch);
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
    protected Platform platform() throws IpcException {
        ensureDescriptors();
        return new LinuxPlatform();
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
            if (e.toString().contains("Too many open files")) { // strerror(3) of EMFILE and ENFILE
                throw new OutOfSharedMemoryException("no descriptor left: " + e.getMessage() + ", needed=" + DESCRIPTORS_TO_LINK
                        + " by the first use; close files, or raise the limit: ulimit -n 65536");
            }
        }
    }
}
