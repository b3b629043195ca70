package lapce.ipc.bench;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import lapce.ipc.bench.Chart.Axis;
import lapce.ipc.bench.Chart.Point;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Makes one page of what a comparison has kept.
@Command(name = "report", description = "Makes one HTML page, which needs nothing else, of the last comparison.", mixinStandardHelpOptions = true)
final class ReportCommand implements Callable<Integer> {
    private static final Axis RATE = new Axis("messages/s", ReportCommand::shortened);
    private static final Axis NANOS = new Axis("round trip", value -> value < 1e3 ? shortened(value) + " ns" : value < 1e6 ? shortened(value / 1e3) + " µs" : shortened(value / 1e6) + " ms");

    @Option(names = "--of", paramLabel = "FILE", description = "What compare has kept (default: ${DEFAULT-VALUE}).")
    private Path of = Path.of(System.getProperty("bench.folder", "."), "compare.json");

    @Option(names = "--to", paramLabel = "FILE", description = "The page (default: ${DEFAULT-VALUE}).")
    private Path to = Path.of(System.getProperty("bench.folder", "."), "report.html");

    @Override
    public Integer call() throws IOException {
        if (!Files.exists(of)) {
            throw new IOException("no comparison there: file=" + of + "; run ./bench compare first");
        }
        Files.writeString(to, page(JSON.std.mapFrom(of.toFile())));
        System.out.println(to);
        return 0;
    }

    private static String page(Map<String, Object> kept) {
        StringBuilder page = new StringBuilder("""
                <!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>lapce-ipc, compared</title>
                <style>body { font-family: sans-serif; max-width: 65em; margin: 2em auto } table { border-collapse: collapse }
                td, th { padding: .2em .8em; border-bottom: 1px solid #ddd; text-align: right } td:first-child, th:first-child { text-align: left }
                svg { width: 100% }</style></head><body><h1>lapce-ipc, compared</h1>
                """);
        page.append("<p>").append(Chart.escaped(kept.get("date") + ", " + kept.get("machine"))).append("""
                </p><p>Two processes for each contender, all in one run, in turn, round by round; medians of the rounds. A sender has its
                payload in memory of its own, a receiver ends with it in memory of its own. To repeat it: <code>./bench compare</code>, then
                <code>./bench report</code>.</p>
                """);
        page.append(ratios(kept)).append(throughput(kept)).append(percentiles(kept)).append(table(kept));
        return page.append("</body></html>\n").toString();
    }

    private static String ratios(Map<String, Object> kept) {
        StringBuilder table = new StringBuilder("<h2>Ratios</h2><table><tr><th></th><th></th><th>aim</th></tr>");
        Map<?, ?> aims = (Map<?, ?>) kept.get("aims");
        ((Map<?, ?>) kept.get("ratios")).forEach((name, value) -> table.append("<tr><td>%s</td><td>%.2f</td><td>%s</td></tr>%n"
                .formatted(Chart.escaped((String) name), ((Number) value).doubleValue(), aims.get(name))));
        return table.append("</table>\n").toString();
    }

    private static String throughput(Map<String, Object> kept) {
        Map<String, TreeMap<Integer, Double>> bySize = new LinkedHashMap<>();
        for (Map<?, ?> result : maps(kept.get("results"))) {
            if (result.get("roundTripNanos") == null) {
                bySize.computeIfAbsent(name(result).replace(", one way", ""), _ -> new TreeMap<>())
                        .put(number(result, "payloadBytes").intValue(), number(result, "msgPerSec").doubleValue());
            }
        }
        Map<String, List<Point>> lines = new LinkedHashMap<>();
        bySize.forEach((name, sizes) ->
                lines.put(name, sizes.entrySet().stream().map(size -> new Point(size.getKey(), size.getValue())).toList()));
        return "<h2>One way</h2>" + new Chart("Messages a second, by bytes", new Axis("bytes", ReportCommand::shortened), RATE).svg(lines);
    }

    /// Over `1 / (1 - quantile)`, as HdrHistogram's plots have it.
    private static String percentiles(Map<String, Object> kept) {
        Map<String, List<Point>> lines = new LinkedHashMap<>();
        for (Map<?, ?> result : maps(kept.get("histograms"))) {
            if (number(result, "payloadBytes").intValue() != 64) {
                continue;
            }
            TreeMap<Long, Long> counts = new TreeMap<>();
            ((Map<?, ?>) result.get("histogram")).forEach((value, count) -> counts.put(Long.parseLong((String) value), ((Number) count).longValue()));
            double all = counts.values().stream().mapToLong(Long::longValue).sum();
            List<Point> line = new ArrayList<>();
            double below = 0;
            for (Map.Entry<Long, Long> count : counts.entrySet()) {
                line.add(new Point(all / (all - below), Math.max(1, count.getKey())));
                below += count.getValue();
            }
            lines.put(name(result).replace(", round trip", ""), line);
        }
        Axis quantile = new Axis("percentile", value -> value == 1 ? "0" : String.format("%s %%", trimmed(100 - 100 / value)));
        return "<h2>Round trip, 64 bytes</h2>" + new Chart("By percentile", quantile, NANOS).svg(lines);
    }

    private static String table(Map<String, Object> kept) {
        StringBuilder table = new StringBuilder("<h2>All</h2><table><tr><th></th><th>bytes</th><th>messages/s</th><th>p50 µs</th><th>p99 µs</th>"
                + "<th>p99.9 µs</th><th>p99.99 µs</th><th>CPU s per million</th><th>resident MiB</th></tr>\n");
        for (Map<?, ?> result : maps(kept.get("results"))) {
            table.append("<tr><td>%s</td><td>%,d</td><td>%,d</td>".formatted(Chart.escaped(name(result)), number(result, "payloadBytes").intValue(),
                    number(result, "msgPerSec").longValue()));
            Map<?, ?> trip = (Map<?, ?>) result.get("roundTripNanos");
            for (String percentile : List.of("p50", "p99", "p999", "p9999")) {
                table.append(trip == null ? "<td></td>" : "<td>%.2f</td>".formatted(number(trip, percentile).doubleValue() / 1e3));
            }
            table.append("<td>%.2f</td><td>%d</td></tr>%n".formatted(number(result, "cpuSecondsPerMillion").doubleValue(),
                    number(result, "residentBytes").longValue() >> 20));
        }
        return table.append("</table>\n").toString();
    }

    private static String name(Map<?, ?> result) {
        return result.get("peer") + ", " + result.get("mode");
    }

    private static Number number(Map<?, ?> map, String name) {
        return (Number) map.get(name);
    }

    private static List<Map<?, ?>> maps(Object list) {
        List<Map<?, ?>> maps = new ArrayList<>();
        ((List<?>) list).forEach(entry -> maps.add((Map<?, ?>) entry));
        return maps;
    }

    private static String shortened(double value) {
        return value >= 1e9 ? trimmed(value / 1e9) + " G" : value >= 1e6 ? trimmed(value / 1e6) + " M" : value >= 1e3 ? trimmed(value / 1e3) + " k" : trimmed(value);
    }

    private static String trimmed(double value) {
        return new java.math.BigDecimal(value).round(new java.math.MathContext(6)).stripTrailingZeros().toPlainString();
    }
}
