package lapce.ipc.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;

/// One contender's samples of one slice, one a round.
final class Series {
    private final String peer;
    private final String mode;
    private final Slice slice;
    private final List<Rival.Sample> samples = new ArrayList<>();

    Series(String peer, String mode, Slice slice) {
        this.peer = peer;
        this.mode = mode;
        this.slice = slice;
    }

    void add(Rival.Sample sample) {
        samples.add(sample);
    }

    String peer() {
        return peer;
    }

    String mode() {
        return mode;
    }

    Slice slice() {
        return slice;
    }

    /// The median of the rounds.
    double median(ToDoubleFunction<Rival.Sample> value) {
        return median(samples.stream().mapToDouble(value).toArray());
    }

    /// The median of the rounds' ratios, so that a machine that changes its pace changes both sides of each.
    double medianRatio(Series other, ToDoubleFunction<Rival.Sample> value) {
        double[] ratios = new double[samples.size()];
        for (int round = 0; round < ratios.length; round++) {
            ratios[round] = value.applyAsDouble(samples.get(round)) / value.applyAsDouble(other.samples.get(round));
        }
        return median(ratios);
    }

    double medianPercentile(double percentile) {
        return median(sample -> sample.histogram().getValueAtPercentile(percentile));
    }

    /// All rounds together.
    Histogram histogram() {
        Histogram sum = new Histogram(3);
        samples.forEach(sample -> sum.add(sample.histogram()));
        return sum;
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        int middle = values.length / 2;
        return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }
}
