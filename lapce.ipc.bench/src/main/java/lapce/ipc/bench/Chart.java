package lapce.ipc.bench;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleFunction;

/// Lines over two logarithmic axes, as SVG that needs nothing from outside.
final class Chart {
    private static final int WIDTH = 760;
    private static final int HEIGHT = 420;
    private static final int LEFT = 70;
    private static final int BOTTOM = 50;
    private static final int TOP = 30;
    private static final int LEGEND = 250;
    private static final List<String> COLOURS =
            List.of("#d62728", "#1f77b4", "#2ca02c", "#9467bd", "#ff7f0e", "#17becf", "#8c564b", "#e377c2", "#7f7f7f", "#bcbd22", "#000000",
                    "#e7ba52", "#393b79", "#637939", "#843c39");

    private final String title;
    private final Axis x;
    private final Axis y;

    /// One axis, and how its decades are written.
    ///
    /// @param label beside it
    /// @param number of a decade's value
    record Axis(String label, DoubleFunction<String> number) {}

    /// @param x from left to right
    /// @param y from bottom to top
    record Point(double x, double y) {}

    Chart(String title, Axis x, Axis y) {
        this.title = title;
        this.x = x;
        this.y = y;
    }

    String svg(Map<String, List<Point>> lines) {
        double[] xs = range(lines.values().stream().flatMap(List::stream).mapToDouble(Point::x).toArray());
        double[] ys = range(lines.values().stream().flatMap(List::stream).mapToDouble(Point::y).toArray());
        StringBuilder svg = new StringBuilder();
        svg.append("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' font-family='sans-serif' font-size='12'>%n"
                .formatted(WIDTH + LEGEND, HEIGHT));
        svg.append("<text x='%d' y='18' font-size='15'>%s</text>%n".formatted(LEFT, escaped(title)));
        for (double decade = xs[0]; decade <= xs[1]; decade++) {
            double at = across(decade, xs);
            svg.append(line(at, TOP, at, HEIGHT - BOTTOM)).append(text(at, HEIGHT - BOTTOM + 18, "middle", x.number.apply(Math.pow(10, decade))));
        }
        for (double decade = ys[0]; decade <= ys[1]; decade++) {
            double at = up(decade, ys);
            svg.append(line(LEFT, at, WIDTH, at)).append(text(LEFT - 6, at + 4, "end", y.number.apply(Math.pow(10, decade))));
        }
        svg.append(text((LEFT + WIDTH) / 2.0, HEIGHT - 10, "middle", x.label)).append(text(0, TOP - 12, "start", y.label));
        int index = 0;
        for (Map.Entry<String, List<Point>> line : lines.entrySet()) {
            String colour = COLOURS.get(index % COLOURS.size());
            StringBuilder points = new StringBuilder();
            for (Point point : line.getValue()) {
                points.append(String.format(Locale.ROOT, "%.1f,%.1f ", across(Math.log10(point.x), xs), up(Math.log10(point.y), ys)));
            }
            svg.append("<polyline fill='none' stroke='%s' stroke-width='2' points='%s'/>%n".formatted(colour, points));
            svg.append("<text x='%d' y='%d' fill='%s'>%s</text>%n".formatted(WIDTH + 12, TOP + 16 * ++index, colour, escaped(line.getKey())));
        }
        return svg.append("</svg>\n").toString();
    }

    /// Whole decades around the values.
    private static double[] range(double[] values) {
        double least = Double.MAX_VALUE;
        double most = Double.MIN_VALUE;
        for (double value : values) {
            least = Math.min(least, value);
            most = Math.max(most, value);
        }
        double low = Math.floor(Math.log10(least));
        return new double[] {low, Math.max(low + 1, Math.ceil(Math.log10(most)))};
    }

    private static double across(double decade, double[] range) {
        return LEFT + (decade - range[0]) / (range[1] - range[0]) * (WIDTH - LEFT);
    }

    private static double up(double decade, double[] range) {
        return HEIGHT - BOTTOM - (decade - range[0]) / (range[1] - range[0]) * (HEIGHT - BOTTOM - TOP);
    }

    private static String line(double x1, double y1, double x2, double y2) {
        return String.format(Locale.ROOT, "<line x1='%.1f' y1='%.1f' x2='%.1f' y2='%.1f' stroke='#ddd'/>%n", x1, y1, x2, y2);
    }

    private static String text(double x, double y, String anchor, String text) {
        return String.format(Locale.ROOT, "<text x='%.1f' y='%.1f' text-anchor='%s'>%s</text>%n", x, y, anchor, escaped(text));
    }

    static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
