package lapce.ipc.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The contenders that are not Java's, as far as this machine has them; what it lacks is said, and left out.
final class Programs {
    static final String LINE = "C, one cache line";
    static final String ZEROMQ = "ZeroMQ ipc";
    static final String ICEORYX = "iceoryx";
    static final String NODE = "Node.js child_process";

    private final Path folder;

    /// @param folder for what is compiled
    Programs(Path folder) {
        this.folder = folder;
    }

    /// The physical limit, if it can be measured here.
    List<Rival> line() throws IOException {
        copy("ends.h");
        if (isCompiled("pingpong", List.of())) {
            return List.of(Rival.ofProgram(LINE, "spinning, pinned", List.of(folder.resolve("pingpong").toString())));
        }
        skipped(LINE, "needs two processors and cc: apt-get install gcc libc6-dev");
        return List.of();
    }

    List<Rival> all() throws IOException {
        List<Rival> all = new ArrayList<>(line());
        all.addAll(others());
        return all;
    }

    private List<Rival> others() throws IOException {
        List<Rival> rivals = new ArrayList<>();
        copy("ends.h");
        if (isCompiled("zmq", List.of("-lzmq"))) {
            String address = "ipc://" + folder.resolve("zmq.socket");
            rivals.add(Rival.ofProgram(ZEROMQ, "blocking", List.of(folder.resolve("zmq").toString(), address)));
        } else {
            skipped(ZEROMQ, "needs its library: apt-get install libzmq3-dev");
        }
        if (isThere("iox-roudi", "--version") && isCompiled("iceoryx", List.of("-I/usr/include/iceoryx/v2.0.3", "-liceoryx_binding_c"))) {
            rivals.add(Rival.ofProgram(ICEORYX, "spinning", List.of(folder.resolve("iceoryx").toString())));
        } else {
            skipped(ICEORYX, "needs its daemon and its library: apt-get install iceoryx libiceoryx-binding-c-dev");
        }
        if (isThere("node", "--version")) {
            rivals.add(Rival.ofProgram(NODE, "event loop", List.of("node", copy("child.js").toString())));
        } else {
            skipped(NODE, "needs node: apt-get install nodejs");
        }
        return rivals;
    }

    static void skipped(String peer, String why) {
        System.err.println("bench: skipped: " + peer + ": " + why);
    }

    private boolean isCompiled(String name, List<String> libraries) throws IOException {
        List<String> command = new ArrayList<>(List.of("cc", "-O2", "-o", folder.resolve(name).toString(), copy(name + ".c").toString()));
        command.addAll(libraries);
        return Runtime.getRuntime().availableProcessors() > 1 && isThere(command.toArray(String[]::new));
    }

    private static boolean isThere(String... command) {
        try {
            return new ProcessBuilder(command)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .onExit()
                            .join()
                            .exitValue()
                    == 0;
        } catch (IOException e) {
            return false; // no such program
        }
    }

    private Path copy(String name) throws IOException {
        try (InputStream in = Programs.class.getResourceAsStream(name)) {
            Path copy = folder.resolve(name);
            Files.write(copy, in.readAllBytes());
            return copy;
        }
    }
}
