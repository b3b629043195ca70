package lapce.ipc.cli;

import java.util.ArrayList;
import java.util.List;
import lapce.ipc.api.spi.Finding;

/// What `doctor --json` prints.
record DoctorReport(List<Transport> transports) {
    /// One transport. The reason is empty if it serves here.
    record Transport(String scheme, String unsupportedReason, List<Entry> findings) {}

    /// One finding. The advice is empty if all is well.
    record Entry(String subject, String value, String advice) {
        static Entry of(Finding finding) {
            return new Entry(finding.subject(), finding.value(), finding.advice());
        }

        String text() {
            return "    %s: %s%s".formatted(subject, value, advice.isEmpty() ? "" : "; " + advice);
        }
    }

    boolean isTrouble() {
        return transports.stream().flatMap(each -> each.findings().stream()).anyMatch(entry -> !entry.advice().isEmpty());
    }

    String text() {
        List<String> lines = new ArrayList<>();
        for (Transport transport : transports) {
            String reason = transport.unsupportedReason();
            lines.add(transport.scheme() + ": " + (reason.isEmpty() ? "serves here" : reason));
            transport.findings().forEach(entry -> lines.add(entry.text()));
        }
        return String.join(System.lineSeparator(), lines);
    }
}
