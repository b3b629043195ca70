package lapce.ipc.bench;

import com.fasterxml.jackson.jr.ob.JSON;
import com.sun.management.OperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.HdrHistogram.HistogramIterationValue;

/// A process that is one end of one contender. Each line of its standard input is a slice, each line of its standard output what came of it;
/// between slices it waits for a line, so that it takes no time from others. The same protocol is spoken by the programs that are not Java's.
final class End {
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private End() {}

    /// @param arguments `server` or `client`, the contender, and the server's place or address
    public static void main(String[] arguments) throws Exception {
        Contender contender = Contender.valueOf(arguments[1]);
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in));
        if (arguments[0].equals("server")) {
            try (Link link = contender.serve(Path.of(arguments[2]), address -> System.out.println(address))) {
                serve(link, orders);
            }
        } else {
            try (Link link = contender.connect(arguments[2])) {
                System.out.println("connected");
                measure(new Client(link), orders);
            }
        }
    }

    private static void serve(Link link, BufferedReader orders) throws IOException {
        Server server = new Server(link);
        for (String line = orders.readLine(); line != null; line = orders.readLine()) {
            long cpu = SYSTEM.getProcessCpuTime();
            server.serve();
            tell(0, 0, cpu, Map.of());
        }
    }

    private static void measure(Client client, BufferedReader orders) throws IOException {
        for (String line = orders.readLine(); line != null; line = orders.readLine()) {
            Slice slice = Slice.parse(line);
            long cpu = SYSTEM.getProcessCpuTime();
            Client.Measured measured = slice.oneWay()
                    ? client.oneWay(slice.bytes(), slice.nanos())
                    : client.roundTrips(slice.bytes(), slice.nanos(), slice.perSecond());
            Map<String, Long> histogram = new LinkedHashMap<>();
            for (HistogramIterationValue value : measured.histogram().recordedValues()) {
                histogram.put(Long.toString(value.getValueIteratedTo()), value.getCountAtValueIteratedTo());
            }
            tell(measured.messages(), measured.nanos(), cpu, histogram);
        }
    }

    private static void tell(long messages, long nanos, long cpuBefore, Map<String, Long> histogram) throws IOException {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("messages", messages);
        told.put("nanos", nanos);
        told.put("cpuNanos", SYSTEM.getProcessCpuTime() - cpuBefore);
        told.put("residentBytes", residentBytes());
        told.put("histogram", histogram);
        System.out.println(JSON.std.asString(told));
    }

    /// Of this process, shared memory included (proc(5)).
    private static long residentBytes() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) << 10;
            }
        }
        throw new IOException("no VmRSS in /proc/self/status");
    }
}
