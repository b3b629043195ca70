package lapce.ipc.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Processes of other users, who run a copy of the modules, since they may not read this user's. It needs root.
final class OtherUsers {
    /// Commands that put something at the path behind them.
    static final List<String> TAKE_NAME = List.of("mkdir -m 777", "touch", "mkfifo", "ln -s /tmp");

    private final Path copies;

    OtherUsers(Path copies) throws Exception {
        this.copies = copies;
        assumeTrue(SharedMemorySizeTest.mayMount(), "not run: acting as other users needs root");
        Files.setPosixFilePermissions(copies, PosixFilePermissions.fromString("rwxr-xr-x"));
        List<String> copy = new ArrayList<>(List.of("cp", "-rL", "--no-preserve=mode", "--parents"));
        copy.addAll(List.of(modulePath().split(File.pathSeparator)));
        copy.add(copies.toString());
        assertEquals(0, new ProcessBuilder(copy).start().waitFor());
    }

    /// @param groups of the user, beside the one that has his number
    List<String> command(int user, List<String> javaCommand, String... groups) {
        List<String> command = new ArrayList<>(as(user, groups));
        for (String word : javaCommand) {
            command.add(word.equals(modulePath()) ? modulePathOfCopies() : word);
        }
        return command;
    }

    static String run(int user, String script) throws Exception {
        List<String> command = new ArrayList<>(as(user));
        command.addAll(List.of("sh", "-c", script));
        return said(command);
    }

    /// What a command says until it ends.
    static String said(List<String> command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes());
        process.waitFor();
        return said;
    }

    private static List<String> as(int user, String... groups) {
        return List.of("setpriv", "--reuid=" + user, "--regid=" + user,
                groups.length == 0 ? "--clear-groups" : "--groups=" + String.join(",", groups));
    }

    private static String modulePath() {
        return System.getProperty("jdk.module.path", System.getProperty("java.class.path"));
    }

    private String modulePathOfCopies() {
        return String.join(File.pathSeparator, Stream.of(modulePath().split(File.pathSeparator)).map(path -> copies + path).toList());
    }
}
