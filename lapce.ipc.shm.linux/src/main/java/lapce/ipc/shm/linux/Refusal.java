package lapce.ipc.shm.linux;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import lapce.ipc.api.IpcException;
import lapce.ipc.api.NotPermittedException;
import lapce.ipc.api.OutOfSharedMemoryException;
import org.jspecify.annotations.Nullable;

/// What a call that failed means wherever it was made: what is there, and what to change.
final class Refusal {
    private static final Path DIRECTORY = LinuxPlatform.DIRECTORY;

    private Refusal() {}

    static IpcException of(Libc.Failed e) {
        return switch (e.errno()) {
            case Libc.EMFILE -> noDescriptor(e.getMessage());
            case Libc.ENFILE -> new OutOfSharedMemoryException("no descriptor left on this machine: " + e.getMessage()
                    + "; end some processes, or raise its limit: sysctl -w fs.file-max=1000000");
            case Libc.ENOMEM -> noMemory(e.getMessage());
            default -> ofDirectory(e.getMessage(), e);
        };
    }

    /// Where Java's own classes made the call.
    static IpcException of(IOException e) {
        return e instanceof FileSystemException failed && Libc.text(Libc.EMFILE).equals(failed.getReason())
                ? noDescriptor(e.getMessage())
                : ofDirectory(e.toString(), e);
    }

    /// Whether objects can be made at all.
    static boolean isDirectoryUsable() {
        return Files.isDirectory(DIRECTORY) && Files.isWritable(DIRECTORY);
    }

    private static IpcException ofDirectory(@Nullable String call, Exception cause) {
        if (!Files.isDirectory(DIRECTORY)) {
            return new IpcException(
                    "no " + DIRECTORY + ": " + call + "; mount a tmpfs there: mount -t tmpfs -o mode=1777 tmpfs " + DIRECTORY, cause);
        }
        if (!Files.isWritable(DIRECTORY)) {
            return new NotPermittedException(DIRECTORY + " may not be written: " + call + ", this user="
                    + Integer.toUnsignedString(Libc.geteuid()) + "; mount it for all to write: mount -o remount,rw,mode=1777 " + DIRECTORY);
        }
        return new IpcException(call, cause);
    }

    private static IpcException noDescriptor(@Nullable String call) {
        return new OutOfSharedMemoryException("no descriptor left: " + call + ", limit=" + Libc.softLimit(Libc.RLIMIT_NOFILE)
                + "; close files, or raise it: ulimit -n 65536");
    }

    private static IpcException noMemory(@Nullable String call) {
        long mappings = Mappings.count();
        long most = Mappings.most();
        if (Mappings.areFewLeft(mappings)) {
            return new OutOfSharedMemoryException("no mapping left: " + call + ", mappings=" + mappings + ", limit=" + most
                    + ", of which the JVM keeps " + Mappings.KEPT + "; close streams, or raise it: sysctl -w vm.max_map_count=" + 2 * most);
        }
        return new OutOfSharedMemoryException("out of memory: " + call + ", mappings=" + mappings + " of " + most
                + ", limit of addresses=" + Libc.softLimit(Libc.RLIMIT_AS) + " bytes; close streams, use smaller rings, or give"
                + " this process more: ulimit -v unlimited, or the limit of its container");
    }
}
