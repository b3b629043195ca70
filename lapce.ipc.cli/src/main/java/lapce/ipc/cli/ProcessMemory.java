package lapce.ipc.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What the system says of a process (proc_pid_status(5), so on Linux only).
final class ProcessMemory {
    private static final String FIELD = "VmRSS:";
    private static final long KIBI = 1024;

    private ProcessMemory() {}

    /// @return bytes, shared ones included, or -1 where the system does not say
    static long residentBytes(ProcessHandle process) throws IOException {
        Path status = Path.of("/proc", Long.toString(process.pid()), "status");
        if (!Files.exists(status)) {
            return -1;
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith(FIELD))
                .mapToLong(line -> KIBI * Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElse(-1);
    }
}
