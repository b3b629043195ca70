package lapce.ipc.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import lapce.ipc.api.spi.TransportProvider;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// Says what of this machine will hurt. Exit status 1 if something will.
@Command(name = "doctor", description = "Says what of this machine matters, and what will hurt; status 1 if something will.")
final class DoctorCommand implements Callable<Integer> {
    @Mixin
    private JsonOption json;

    @Override
    public Integer call() throws IOException {
        List<DoctorReport.Transport> transports = new ArrayList<>();
        for (TransportProvider provider : ServiceLoader.load(TransportProvider.class)) {
            transports.add(new DoctorReport.Transport(
                    provider.scheme(),
                    provider.unsupportedReason().orElse(""),
                    provider.unsupportedReason().isEmpty()
                            ? provider.diagnose().stream().map(DoctorReport.Entry::of).toList()
                            : List.of()));
        }
        DoctorReport report = new DoctorReport(transports);
        json.print(report, report::text);
        return report.isTrouble() ? 1 : 0;
    }
}
