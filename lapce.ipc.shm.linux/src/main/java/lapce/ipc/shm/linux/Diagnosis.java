package lapce.ipc.shm.linux;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.LongPredicate;
import java.util.function.UnaryOperator;
import lapce.ipc.api.Options;
import lapce.ipc.api.spi.Finding;
import lapce.ipc.shm.ShmTransport;

/// What of this machine and process will hurt. A connection takes one mapping in each of its processes, and memory of
/// `/dev/shm` that is reserved when it is made; a server takes a descriptor and a thread for each client process.
final class Diagnosis {
    private static final Path MAP_COUNT = Path.of("/proc/sys/vm/max_map_count");
    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final Path LOGIND = Path.of("/etc/systemd/logind.conf");
    private static final Set<String> IN_MEMORY = Set.of("tmpfs", "ramfs");
    private static final int FIRST_PERSON = 1000; // user ids below are the system's (login.defs(5))
    private static final long KIBI = 1024;
    private static final long LEAST_FREE = 16 << 20;
    private static final long LEAST_MAPPINGS = 4L * Options.MAX_SLOTS;
    private static final long LEAST_DESCRIPTORS = 256;

    private final Path memory;
    private final int user;

    Diagnosis(Path memory, int user) {
        this.memory = memory;
        this.user = user;
    }

    List<Finding> findings() {
        return List.of(nativeAccess(), memory(), mapCount(), descriptors(), removeIpc());
    }

    private Finding nativeAccess() {
        Module module = Diagnosis.class.getModule();
        boolean enabled = module.isNativeAccessEnabled();
        return new Finding(
                "native access of " + module.getName(),
                enabled ? "enabled" : "not enabled",
                enabled ? "" : "java warns today and will refuse some day: start it with --enable-native-access=" + module.getName());
    }

    private Finding memory() {
        try {
            if (!Files.isDirectory(memory) || !Files.isWritable(memory)) {
                return new Finding(memory.toString(), "missing, or not writable", "mount a tmpfs there that this user may write");
            }
            FileStore store = Files.getFileStore(memory);
            long free = store.getUsableSpace();
            long connections = free / ShmTransport.connectionBytes(Options.DEFAULT.ringBytes());
            return new Finding(
                    memory.toString(),
                    "%s, %,d of %,d KiB free, for %,d connections with default rings"
                            .formatted(store.type(), free / KIBI, store.getTotalSpace() / KIBI, connections),
                    !IN_MEMORY.contains(store.type())
                            ? "it is on a disk, where messages go, too: mount a tmpfs there"
                            : free < LEAST_FREE ? "connect will fail for want of memory: make it larger, or use smaller rings" : "");
        } catch (IOException e) {
            return unreadable(memory.toString(), e);
        }
    }

    private Finding mapCount() {
        return number(
                "vm.max_map_count",
                MAP_COUNT,
                String::strip,
                count -> count >= LEAST_MAPPINGS,
                "a process with many connections may run out of mappings: sysctl -w vm.max_map_count=65530");
    }

    private Finding descriptors() {
        return number(
                "open files",
                LIMITS,
                Diagnosis::softLimitOfFiles,
                count -> count >= LEAST_DESCRIPTORS,
                "a server takes a descriptor for each client process: raise it, ulimit -n 1024");
    }

    /// `Max open files  1024  4096  files`: the soft limit is first (proc_pid_limits(5)).
    private static String softLimitOfFiles(String limits) {
        return limits.lines()
                .filter(line -> line.startsWith("Max open files"))
                .map(line -> line.replaceAll("[^0-9]+", " ").strip().split(" ", 2)[0])
                .findFirst()
                .orElse("");
    }

    /// The parse of what a file says, which is a number, or a word such as `unlimited`.
    private static Finding number(
            String subject, Path file, UnaryOperator<String> parse, LongPredicate isEnough, String advice) {
        try {
            String value = parse.apply(read(file));
            boolean enough = !value.matches("[0-9]+") || isEnough.test(Long.parseLong(value));
            return new Finding(subject, value, enough ? "" : advice);
        } catch (IOException e) {
            return unreadable(subject, e);
        }
    }

    /// In one read, as Files.readString does not: a file of `/proc/sys` has an end after the first, however short that was.
    private static String read(Path file) throws IOException {
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            return String.join("\n", reader.lines().toList());
        }
    }

    /// logind.conf(5): when a person has logged out, systemd removes his shared memory, unless told otherwise.
    private Finding removeIpc() {
        try {
            if (user < FIRST_PERSON || !Files.exists(LOGIND)) {
                return new Finding("RemoveIPC", "does not apply", "");
            }
            boolean off = Files.readString(LOGIND).lines().anyMatch(line -> line.matches("\\s*RemoveIPC\\s*=\\s*(no|false|off|0)\\s*"));
            return new Finding(
                    "RemoveIPC",
                    off ? "off" : "on, as is the default",
                    off ? "" : "a server that goes on after its user has logged out loses its memory: set RemoveIPC=no in " + LOGIND);
        } catch (IOException e) {
            return unreadable("RemoveIPC", e);
        }
    }

    private static Finding unreadable(String subject, IOException e) {
        return new Finding(subject, "cannot be read: " + e.getMessage(), "look why");
    }
}
