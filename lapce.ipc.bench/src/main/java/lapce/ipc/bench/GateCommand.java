package lapce.ipc.bench;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Fails when a change has made it slower.
@Command(
        name = "gate",
        description = "Compares ratios of one run with their limits; exit status 1 if one does not hold.",
        mixinStandardHelpOptions = true)
final class GateCommand implements Callable<Integer> {
    private static final int SLICE_MILLIS = 80;

    @Option(names = "--rounds", paramLabel = "N", converter = AtLeastOne.class, description = "Rounds, of which the medians are taken (default: ${DEFAULT-VALUE}).")
    private int rounds = 25;

    @Override
    public Integer call() throws IOException {
        List<Contender> contenders = List.of(Contender.LAPCE_SPINNING, Contender.LAPCE_DEFAULT, Contender.UNIX_SOCKET);
        List<Slice> slices = List.of(Slice.oneWay(64, SLICE_MILLIS), Slice.roundTrip(64, SLICE_MILLIS, 0));
        List<Ratios.Claim> claims = Ratios.gate(Race.run(contenders, Programs::line, slices, rounds));
        claims.forEach(System.out::println);
        return claims.stream().allMatch(Ratios.Claim::holds) ? 0 : 1;
    }
}
