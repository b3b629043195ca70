package lapce.ipc.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// What one endpoint has under `/dev/shm`, seen and damaged from outside.
final class SharedObjects {
    private static final Path DIRECTORY = Path.of("/dev/shm");

    private final String endpoint;

    SharedObjects(String endpoint) {
        this.endpoint = endpoint.substring(endpoint.indexOf(':') + 1);
    }

    /// Regions and lock directories, unfinished ones too, in order.
    List<String> names() {
        return list(name -> name.contains("~" + endpoint + "~") || name.contains("~" + endpoint + "_locks"));
    }

    /// Regions of connections.
    List<String> connections() {
        return names().stream().filter(name -> name.matches(".*~s\\d+g\\d+")).toList();
    }

    /// What its regions take of the file system: all of it is reserved when it is made.
    long bytes() throws IOException {
        long bytes = 0;
        for (String name : names()) {
            bytes += Files.isRegularFile(DIRECTORY.resolve(name)) ? Files.size(DIRECTORY.resolve(name)) : 0;
        }
        return bytes;
    }

    /// Life locks of client processes.
    long clientLocks() {
        Path locks = only(name -> name.endsWith("~" + endpoint + "_locks"));
        try (var files = Files.list(locks)) {
            return files.filter(file -> file.getFileName().toString().startsWith("client.")).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path control() {
        return only(name -> name.endsWith("~" + endpoint + "~ctl"));
    }

    Path connection(int slot) {
        return only(name -> name.matches(".*~" + endpoint + "~[0-9a-f]{16}~s" + slot + "g\\d+"));
    }

    /// The epoch in the names of the connections' regions.
    String epoch() {
        String name = connection(0).getFileName().toString();
        return name.split("~")[2];
    }

    static void overwriteInt(Path object, long offset, int value) throws IOException {
        write(object, offset, ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).flip());
    }

    static int readInt(Path object, long offset) {
        ByteBuffer bytes = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel channel = FileChannel.open(object)) {
            channel.read(bytes, offset);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.getInt(0);
    }

    static void overwriteLong(Path object, long offset, long value) throws IOException {
        write(object, offset, ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).flip());
    }

    /// As a hostile or mistaken peer could.
    void truncate(Path object) throws IOException {
        try (FileChannel channel = FileChannel.open(object, StandardOpenOption.WRITE)) {
            channel.truncate(0);
        }
    }

    /// A write to a file of `/dev/shm` is seen by everyone who has it mapped.
    private static void write(Path object, long offset, ByteBuffer bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(object, StandardOpenOption.WRITE)) {
            channel.write(bytes, offset);
        }
    }

    private static Path only(Predicate<String> pattern) {
        List<String> names = list(pattern);
        if (names.size() != 1) {
            throw new AssertionError("one object expected: names=" + names);
        }
        return DIRECTORY.resolve(names.getFirst());
    }

    private static List<String> list(Predicate<String> pattern) {
        try (Stream<Path> paths = Files.list(DIRECTORY)) {
            return paths.map(path -> path.getFileName().toString()).filter(pattern).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
