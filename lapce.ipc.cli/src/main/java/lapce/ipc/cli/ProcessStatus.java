package lapce.ipc.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What the system says of a process (proc_pid_status(5), so on Linux only).
final class ProcessStatus {
    private static final long KIBI = 1024;

    private ProcessStatus() {}

    /// @return bytes, shared ones included, or -1 where the system does not say
    static long residentBytes(ProcessHandle process) throws IOException {
        long kibibytes = number(process, "VmRSS:");
        return kibibytes < 0 ? -1 : KIBI * kibibytes;
    }

    /// @return threads the system knows of, so no virtual ones, or -1 where it does not say
    static long threads(ProcessHandle process) throws IOException {
        return number(process, "Threads:");
    }

    private static long number(ProcessHandle process, String field) throws IOException {
        Path status = Path.of("/proc", Long.toString(process.pid()), "status");
        if (!Files.exists(status)) {
            return -1;
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith(field))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElse(-1);
    }
}
