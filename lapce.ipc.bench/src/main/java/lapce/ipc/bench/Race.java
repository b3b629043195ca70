package lapce.ipc.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/// Starts who is to be compared, and leaves nothing behind.
final class Race {
    private static final long CHRONICLE_BYTES = 8L << 30;

    private Race() {}

    /// Which programs are in it.
    interface Choice {
        List<Rival> of(Programs programs) throws IOException;
    }

    static List<Series> run(List<Contender> contenders, Choice programs, List<Slice> slices, int rounds) throws IOException {
        Path folder = Files.createTempDirectory("lapce-ipc-bench");
        List<Rival> rivals = new CopyOnWriteArrayList<>();
        Thread interrupted = new Thread(() -> end(rivals, contenders, folder));
        Runtime.getRuntime().addShutdownHook(interrupted);
        try {
            for (Contender contender : contenders) {
                if (contender == Contender.CHRONICLE && Contender.SHARED_MEMORY.toFile().getUsableSpace() < CHRONICLE_BYTES) {
                    Programs.skipped(contender.peer(), "keeps all messages, and needs 8 GiB in " + Contender.SHARED_MEMORY);
                } else {
                    rivals.add(Rival.ofJava(contender, contender.place(folder)));
                }
            }
            rivals.addAll(programs.of(new Programs(folder)));
            return new Comparison(rivals, slices).run(rounds);
        } finally {
            Runtime.getRuntime().removeShutdownHook(interrupted);
            end(rivals, contenders, folder);
        }
    }

    /// Also what one that was killed has left.
    private static void end(List<Rival> rivals, List<Contender> contenders, Path folder) {
        rivals.forEach(Rival::close);
        remove(folder);
        contenders.forEach(contender -> remove(contender.place(folder)));
    }

    private static void remove(Path folder) {
        if (Files.notExists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            System.err.println("bench: not removed: " + e);
        }
    }
}
