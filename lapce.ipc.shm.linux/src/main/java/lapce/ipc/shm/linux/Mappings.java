package lapce.ipc.shm.linux;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import lapce.ipc.shm.MappedRegion;
import lapce.ipc.shm.Region;

/// The mappings of this process. Regions take none of the last, for a JVM that can have no more ends with an error file as soon as
/// it compiles a method or starts a thread (JDK 25). To count them takes 0.2 ms where there are 200, and
/// 60 ms where there are 64,000, so not every region does.
final class Mappings {
    /// So many stay for the JVM, and for what others map between two counts.
    static final int KEPT = 512;

    private static final int COUNT_EVERY = 128; // regions
    private static final Path LIST = Path.of("/proc/self/maps"); // a line each
    private static final Path MOST = Path.of("/proc/sys/vm/max_map_count");
    private static final int CHUNK = 1 << 16;

    private static final AtomicInteger MAPPED = new AtomicInteger(); // since the last count

    private Mappings() {}

    /// Maps an object whole; the descriptor stays the caller's.
    static Region map(int fd, long length) throws Libc.Failed {
        if (MAPPED.getAndUpdate(regions -> (regions + 1) % COUNT_EVERY) == 0 && areFewLeft(count())) {
            MAPPED.set(0); // the next counts again
            throw new Libc.Failed("mmap(length=" + length + ")", Libc.ENOMEM);
        }
        Arena arena = Arena.ofShared();
        Region region = null;
        try {
            region = new MappedRegion(arena, Libc.mmap(fd, length, arena), (word, _) -> new FutexParker(word));
            return region;
        } finally {
            if (region == null) {
                arena.close();
            }
        }
    }

    /// Whether what is left is the JVM's.
    static boolean areFewLeft(long count) {
        return most() - count < KEPT;
    }

    /// How many there are. In little memory, for there may be none; 0 if this process may not open the list.
    static long count() {
        try (InputStream list = Files.newInputStream(LIST)) {
            byte[] chunk = new byte[CHUNK];
            long lines = 0;
            for (int length = list.read(chunk); length > 0; length = list.read(chunk)) {
                for (int i = 0; i < length; i++) {
                    lines += chunk[i] == '\n' ? 1 : 0;
                }
            }
            return lines;
        } catch (IOException e) {
            return 0;
        }
    }

    /// How many there may be, as far as is known.
    static long most() {
        try (InputStream most = Files.newInputStream(MOST)) {
            return Long.parseLong(new String(most.readAllBytes(), StandardCharsets.US_ASCII).strip());
        } catch (IOException e) {
            return Long.MAX_VALUE;
        }
    }
}
