package lapce.ipc.cli;

import java.util.List;
import lapce.ipc.api.Stream;
import picocli.CommandLine.Option;

/// What all processes of `bench death` agree on.
final class DeathOptions {
    private static final String CLOSE_AT_ONCE = "--close-at-once";

    /// There may be hundreds, and the system needs time for a large process before it lets go of its lock.
    private static final List<String> SMALL =
            List.of("-Xmx8m", "-XX:TieredStopAtLevel=1", "-XX:ReservedCodeCacheSize=8m", "-Xss256k");

    @Option(
            names = CLOSE_AT_ONCE,
            description = "Each reader closes its stream at once, as programs do, so that others wait for the processor;"
                    + " else when all have learnt of the death.")
    private boolean closeAtOnce;

    BlockedReaders readers() {
        return new BlockedReaders(closeAtOnce ? Stream::close : _ -> {});
    }

    Cast cast() {
        return new Cast("death-server", "death-client", closeAtOnce ? List.of(CLOSE_AT_ONCE) : List.of(), SMALL);
    }
}
