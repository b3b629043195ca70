package lapce.ipc.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import lapce.ipc.api.Frame;
import lapce.ipc.api.Framer;
import lapce.ipc.api.Ipc;
import lapce.ipc.api.Listener;
import lapce.ipc.api.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// How fast the client in C is beside the one in Java, at one server, which is this process and sends all frames back.
@Command(
        name = "interop",
        description = "Compares the C client (interop/c) with the Java client; exit status 1 below 0.7 of its rate.",
        mixinStandardHelpOptions = true)
final class InteropCommand implements Callable<Integer> {
    private static final double LIMIT = 0.7;
    private static final Duration START = Duration.ofSeconds(30); // of a client's process
    private static final int PAYLOAD_BYTES = 64;
    private static final Pattern SECONDS = Pattern.compile("exchanged \\d+ frames in ([0-9.]+) s");

    @Option(names = "--frames", paramLabel = "N", converter = AtLeastOne.class, description = "Frames of each client in each round (default: ${DEFAULT-VALUE}).")
    private int frames = 10_000_000;

    @Option(names = "--rounds", paramLabel = "N", converter = AtLeastOne.class, description = "Rounds, of which the medians are taken (default: ${DEFAULT-VALUE}).")
    private int rounds = 3;

    @Override
    public Integer call() throws Exception {
        String endpoint = "interop-" + ProcessHandle.current().pid();
        List<String> c = List.of(compiled().toString(), "exchange");
        List<String> java = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "--enable-native-access=ALL-UNNAMED",
                "-cp", System.getProperty("java.class.path"), Exchange.class.getName());
        List<Double> ratios = new ArrayList<>();
        for (int round = 1; round <= rounds; round++) {
            double ofC = rate(c, endpoint);
            double ofJava = rate(java, endpoint);
            ratios.add(ofC / ofJava);
            System.out.printf("round %d: C %.2f M/s, Java %.2f M/s, ratio %.2f%n", round, ofC / 1e6, ofJava / 1e6, ofC / ofJava);
        }
        double median = ratios.stream().sorted().toList().get(rounds / 2);
        System.out.printf(
                "C / Java: %.2f (limit %.1f), %,d frames of %d bytes there and back for each client and round, CRC32 checked on both sides%n",
                median, LIMIT, frames, PAYLOAD_BYTES);
        return median >= LIMIT ? 0 : 1;
    }

    private static Path compiled() throws IOException {
        Path folder = Path.of(System.getProperty("bench.folder"));
        Path sources = folder.resolve(Path.of("..", "..", "interop", "c"));
        Path program = folder.resolve("interop-peer");
        Process compiler = new ProcessBuilder(
                        "cc", "-std=c11", "-O2", "-pthread", "-o", program.toString(),
                        sources.resolve("peer.c").toString(), sources.resolve("lapce_ipc.c").toString())
                .inheritIO()
                .start();
        if (compiler.onExit().join().exitValue() != 0 || Files.notExists(program)) {
            throw new IOException("the C client does not compile: folder=" + sources.normalize() + "; install gcc and libc6-dev");
        }
        return program;
    }

    /// Frames a second, there and back.
    private double rate(List<String> client, String endpoint) throws IOException {
        List<String> command = new ArrayList<>(client);
        command.addAll(List.of(endpoint, Integer.toString(frames), Integer.toString(PAYLOAD_BYTES)));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("SPINS", "500"); // some 20 µs, as Java's default
        try (Listener listener = Ipc.bind(endpoint)) {
            Process process = builder.start();
            try (Stream stream = listener.accept(START)) {
                sendBack(stream);
            }
            String said = process.inputReader().readLine();
            Matcher seconds = SECONDS.matcher(said == null ? "" : said);
            if (process.onExit().join().exitValue() != 0 || !seconds.matches()) {
                throw new IOException("the client failed: command=" + String.join(" ", command) + ", said=" + said);
            }
            return frames / Double.parseDouble(seconds.group(1));
        }
    }

    private static void sendBack(Stream stream) throws IOException {
        Framer framer = Framer.over(stream);
        for (Frame frame = framer.receive(); frame != null; frame = framer.receive()) {
            framer.send(frame.type(), frame.flags(), frame.id(), frame.payload());
        }
        stream.closeOutput();
    }
}
