package lapce.ipc.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;

/// What a comparison found, for people and for programs.
final class Result {
    private static final Map<String, Double> PERCENTILES = percentiles();

    private final List<Series> all;
    private final List<Ratios.Claim> claims;

    Result(List<Series> all) {
        this.all = all;
        this.claims = Ratios.aims(all);
    }

    private static Map<String, Double> percentiles() {
        Map<String, Double> percentiles = new LinkedHashMap<>();
        percentiles.put("p50", 50.0);
        percentiles.put("p99", 99.0);
        percentiles.put("p999", 99.9);
        percentiles.put("p9999", 99.99);
        return percentiles;
    }

    /// The medians, and the ratios.
    Map<String, Object> brief() throws IOException {
        Map<String, Object> brief = new LinkedHashMap<>();
        brief.put("date", Instant.now().toString());
        brief.put("machine", machine());
        List<Object> results = new ArrayList<>();
        all.forEach(series -> results.add(median(series)));
        brief.put("results", results);
        brief.put("ratios", Ratios.byName(claims));
        return brief;
    }

    /// As [#brief()], with what is aimed at, and the histograms of all rounds together.
    Map<String, Object> whole() throws IOException {
        Map<String, Object> whole = brief();
        List<Object> histograms = new ArrayList<>();
        for (Series series : all) {
            if (!series.slice().oneWay()) {
                Map<String, Object> one = median(series);
                one.put("histogram", sparse(series.histogram()));
                histograms.add(one);
            }
        }
        whole.put("aims", Ratios.aimsByName(claims));
        whole.put("histograms", histograms);
        return whole;
    }

    private static Map<String, Object> median(Series series) {
        Map<String, Object> result = new LinkedHashMap<>();
        Slice slice = series.slice();
        result.put("peer", series.peer());
        result.put("mode", series.mode() + ", " + slice.what());
        result.put("payloadBytes", slice.bytes());
        result.put("msgPerSec", Math.round(series.median(Rival.Sample::perSecond)));
        if (!slice.oneWay()) {
            Map<String, Long> trip = new LinkedHashMap<>();
            PERCENTILES.forEach((name, percentile) -> trip.put(name, Math.round(series.medianPercentile(percentile))));
            result.put("roundTripNanos", trip);
        }
        result.put("cpuSecondsPerMillion", series.median(sample -> sample.cpuNanos() / 1e3 / sample.messages()));
        result.put("residentBytes", Math.round(series.median(Rival.Sample::residentBytes)));
        return result;
    }

    private static Map<String, Long> sparse(Histogram histogram) {
        Map<String, Long> sparse = new LinkedHashMap<>();
        for (HistogramIterationValue value : histogram.recordedValues()) {
            sparse.put(Long.toString(value.getValueIteratedTo()), value.getCountAtValueIteratedTo());
        }
        return sparse;
    }

    static String machine() throws IOException {
        String processor = "unknown processor";
        for (String line : Files.readAllLines(Path.of("/proc/cpuinfo"))) {
            if (line.startsWith("model name")) {
                processor = line.substring(line.indexOf(':') + 2);
                break;
            }
        }
        return Runtime.getRuntime().availableProcessors() + " x " + processor + ", Linux " + System.getProperty("os.version") + ", Java "
                + Runtime.version();
    }

    void print(PrintStream out) throws IOException {
        out.println(machine());
        out.printf("%-22s %-32s %9s %14s %9s %9s %9s %9s%n", "", "", "bytes", "messages/s", "p50 us", "p99 us", "p99.9 us", "cpu s/M");
        for (Series series : all) {
            out.printf("%-22s %-32s %,9d %,14.0f", series.peer(), series.mode() + ", " + series.slice().what(), series.slice().bytes(),
                    series.median(Rival.Sample::perSecond));
            for (double percentile : new double[] {50, 99, 99.9}) {
                out.printf(" %9s", series.slice().oneWay() ? "" : String.format("%.2f", series.medianPercentile(percentile) / 1e3));
            }
            out.printf(" %9.2f%n", series.median(sample -> sample.cpuNanos() / 1e3 / sample.messages()));
        }
        out.println();
        claims.forEach(out::println);
    }
}
