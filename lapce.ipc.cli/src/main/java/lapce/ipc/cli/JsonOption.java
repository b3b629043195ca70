package lapce.ipc.cli;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.util.function.Supplier;
import picocli.CommandLine.Option;

/// The option of every command that prints figures.
final class JsonOption {
    private static final JSON JSON_IN_ORDER = JSON.std.with(JSON.Feature.WRITE_RECORD_FIELDS_IN_DECLARATION_ORDER);

    @Option(names = "--json", description = "Print the figures as one JSON object and nothing else.")
    private boolean json;

    /// Prints once, at the end, so that standard output stays empty when the command fails.
    void print(Record report, Supplier<String> text) throws IOException {
        System.out.println(json ? write(report) : text.get());
        if (System.out.checkError()) {
            throw new IOException("cannot write standard output");
        }
    }

    static String write(Record report) throws IOException {
        return JSON_IN_ORDER.asString(report);
    }

    static <T extends Record> T read(Class<T> type, String line) throws IOException {
        return JSON_IN_ORDER.beanFrom(type, line);
    }
}
