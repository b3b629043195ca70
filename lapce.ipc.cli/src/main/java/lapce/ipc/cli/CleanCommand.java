package lapce.ipc.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import lapce.ipc.api.spi.EndpointObjects;
import lapce.ipc.api.spi.EndpointObjects.Life;
import lapce.ipc.api.spi.TransportProvider;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Removes what killed servers have left. The next bind of a name does so too, for that name.
@Command(name = "clean", description = "Removes what killed servers have left in shared memory; living ones keep theirs.")
final class CleanCommand implements Callable<Integer> {
    @Option(names = "--dry-run", description = "Only say what lies around, and what would be removed.")
    private boolean dryRun;

    @Option(names = "--session", paramLabel = "NAME", description = "Of this session only (default: of all of this user).")
    private String session;

    @Mixin
    private JsonOption json;

    @Override
    public Integer call() throws IOException {
        List<CleanReport.Entry> entries = new ArrayList<>();
        for (TransportProvider provider : ServiceLoader.load(TransportProvider.class)) {
            if (provider.unsupportedReason().isEmpty()) {
                for (EndpointObjects found : provider.survey()) {
                    if (session == null || session.equals(found.session())) {
                        entries.add(CleanReport.Entry.of(found, action(provider, found)));
                    }
                }
            }
        }
        CleanReport report = new CleanReport(dryRun, entries);
        json.print(report, report::text);
        return 0;
    }

    private String action(TransportProvider provider, EndpointObjects found) throws IOException {
        if (found.life() != Life.DEAD) {
            return "kept";
        }
        return dryRun ? "would be removed" : provider.sweep(found) ? "removed" : "kept";
    }
}
