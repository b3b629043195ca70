package lapce.ipc.cli;

import java.util.List;
import java.util.Locale;
import lapce.ipc.api.spi.EndpointObjects;

/// What `clean --json` prints.
record CleanReport(boolean dryRun, List<Entry> endpoints) {
    /// One endpoint. The action is `kept`, `removed`, or `would be removed`.
    record Entry(String session, String endpoint, String life, String holder, List<String> objects, String action) {
        static Entry of(EndpointObjects found, String action) {
            return new Entry(
                    found.session(), found.endpoint(), found.life().name().toLowerCase(Locale.ROOT), found.holder(),
                    found.objects(), action);
        }

        String text() {
            return "%-16s %s, session %s, %s%s, %,d objects".formatted(
                    action, endpoint, session, life, holder.isEmpty() ? "" : " (" + holder + ")", objects.size());
        }
    }

    String text() {
        if (endpoints.isEmpty()) {
            return "nothing lies around";
        }
        return String.join(System.lineSeparator(), endpoints.stream().map(Entry::text).toList());
    }
}
