package lapce.ipc.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// Starts who is to be compared, and leaves nothing behind.
final class Race {
    private Race() {}

    /// Which programs are in it.
    interface Choice {
        List<Rival> of(Programs programs) throws IOException;
    }

    static List<Series> run(List<Contender> contenders, Choice programs, List<Slice> slices, int rounds) throws IOException {
        Path folder = Files.createTempDirectory("lapce-ipc-bench");
        List<Rival> rivals = new ArrayList<>();
        try {
            for (Contender contender : contenders) {
                rivals.add(Rival.ofJava(contender, contender.place(folder)));
            }
            rivals.addAll(programs.of(new Programs(folder)));
            return new Comparison(rivals, slices).run(rounds);
        } finally {
            for (Rival rival : rivals) {
                rival.close();
            }
            remove(folder);
            for (Contender contender : contenders) {
                remove(contender.place(folder)); // what one that was killed has left
            }
        }
    }

    private static void remove(Path folder) throws IOException {
        if (Files.notExists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
