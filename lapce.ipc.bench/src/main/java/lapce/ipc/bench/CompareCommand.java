package lapce.ipc.bench;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Lets all contenders run, and says what came of it.
@Command(name = "compare", description = "Runs everybody in turn, round by round, and prints what each did.", mixinStandardHelpOptions = true)
final class CompareCommand implements Callable<Integer> {
    @Option(names = "--quick", description = "Fewer sizes and shorter slices: less than five minutes.")
    private boolean quick;

    @Option(names = "--json", description = "Prints one JSON object.")
    private boolean json;

    @Option(names = "--rounds", paramLabel = "N", converter = AtLeastOne.class, description = "Rounds, of which the medians are taken (default: ${DEFAULT-VALUE}).")
    private int rounds = 15;

    @Option(names = "--only", paramLabel = "NAME", split = ",", description = "Only these contenders of Java: ${COMPLETION-CANDIDATES}.")
    private List<Contender> only = List.of(Contender.values());

    @Option(names = "--keep", paramLabel = "FILE", description = "Where the whole result is kept, histograms included (default: ${DEFAULT-VALUE}).")
    private Path keep = Path.of(System.getProperty("bench.folder", "."), "compare.json");

    @Override
    public Integer call() throws IOException {
        Result result = new Result(Race.run(only, Programs::all, quick ? quickSlices() : slices(), rounds));
        Files.writeString(keep, JSON.std.asString(result.whole()));
        if (json) {
            System.out.println(JSON.std.asString(result.brief()));
        } else {
            result.print(System.out);
        }
        return 0;
    }

    private static List<Slice> quickSlices() {
        List<Slice> slices = new ArrayList<>();
        for (int bytes : new int[] {64, 1 << 10, 64 << 10, 1 << 20}) {
            slices.add(Slice.oneWay(bytes, 80));
        }
        slices.add(Slice.roundTrip(64, 80, 0));
        return slices;
    }

    private static List<Slice> slices() {
        List<Slice> slices = new ArrayList<>();
        for (int bytes : new int[] {32, 64, 256, 1 << 10, 4 << 10, 16 << 10, 64 << 10, 256 << 10, 1 << 20}) {
            slices.add(Slice.oneWay(bytes, 150));
        }
        for (int bytes : new int[] {32, 64, 1 << 10, 16 << 10}) {
            slices.add(Slice.roundTrip(bytes, 250, 0));
        }
        slices.add(Slice.roundTrip(64, 250, 10_000));
        return slices;
    }
}
