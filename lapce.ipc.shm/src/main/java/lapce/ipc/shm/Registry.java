package lapce.ipc.shm;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import lapce.ipc.api.IpcException;
import lapce.ipc.api.NotPermittedException;
import org.jspecify.annotations.Nullable;

/// Names of shared memory where the system cannot list them, or does not take them away while somebody has the memory open. Each is a file of
/// that name, whose text is what the system knows the memory by: something random, that nobody can take first. Lock directories lie beside
/// the files. File systems there take capitals for small letters, so a capital is written as `=` and the small one. All methods may be
/// called from any thread.
public final class Registry {
    private static final int OBJECT_LENGTH = 25; // letters and digits, of 128 bits
    private static final int BITS = 128;
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Pattern CAPITAL = Pattern.compile("[A-Z]");
    private static final Pattern WRITTEN_CAPITAL = Pattern.compile("=([a-z])");
    private static final int DENIED_TRIES = 20;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Path directory;

    /// Opens a registry, and makes its directory, which stays, if it is not there.
    ///
    /// @param directory where no other user may write
    /// @param ofDirectory what makes a new directory its owner's alone; one that is there must have the same
    /// @throws NotPermittedException if it has not
    /// @throws IpcException if the system refuses
    public Registry(Path directory, FileAttribute<?>... ofDirectory) throws IpcException {
        this.directory = directory;
        try {
            Files.createDirectories(directory, ofDirectory);
            for (FileAttribute<?> attribute : ofDirectory) {
                Object found = Files.getAttribute(directory, attribute.name());
                if (!found.equals(attribute.value())) {
                    throw new NotPermittedException("directory is not its owner's alone: path=" + directory + ", " + attribute.name()
                            + "=" + found + ", needed=" + attribute.value() + "; set that, or remove the directory");
                }
            }
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /// Registers a name, before there is memory of it: who dies in between leaves a name without memory, and no memory without a name.
    ///
    /// @param name a name that nothing has
    /// @return 25 letters and digits, by which the system shall know its memory
    /// @throws IpcException if the name is taken, or the system refuses
    public String add(String name) throws IpcException {
        String random = new BigInteger(BITS, RANDOM).toString(Character.MAX_RADIX);
        String object = "0".repeat(OBJECT_LENGTH - random.length()) + random;
        return retried(() -> {
            try {
                Files.writeString(file(name), object, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                return object;
            } catch (FileAlreadyExistsException e) {
                throw new IpcException("region is there already: path=" + file(name)
                        + "; its endpoint's control region or lock directory was damaged: start the server again", e);
            }
        });
    }

    /// What the system knows a region's memory by.
    ///
    /// @param name the region's name
    /// @return as [#add] returned it, or null if there is no such name, or none yet
    /// @throws IpcException if the system refuses
    public @Nullable String find(String name) throws IpcException {
        String object = retried(() -> {
            try {
                return Files.readString(file(name));
            } catch (NoSuchFileException e) {
                return "";
            }
        });
        return object.matches("[0-9a-z]{" + OBJECT_LENGTH + "}") ? object : null;
    }

    /// Takes a name away. Does nothing if there is none.
    ///
    /// @param name the region's name
    /// @throws IpcException if the system refuses
    public void remove(String name) throws IpcException {
        retried(() -> Files.deleteIfExists(file(name)));
    }

    /// The names, and those of lock directories.
    ///
    /// @param prefix what they start with
    /// @return the names
    /// @throws IpcException if the system refuses
    public List<String> list(String prefix) throws IpcException {
        return names(directory).stream()
                .map(file -> WRITTEN_CAPITAL.matcher(file).replaceAll(capital -> capital.group(1).toUpperCase(Locale.ROOT)))
                .filter(name -> name.startsWith(prefix))
                .toList();
    }

    /// Where a lock directory lies.
    ///
    /// @param name its name
    /// @return its path
    public Path lockDirectory(String name) {
        return file(name);
    }

    private Path file(String name) {
        return directory.resolve(CAPITAL.matcher(name).replaceAll(capital -> "=" + capital.group().toLowerCase(Locale.ROOT)));
    }

    /// What is in a directory; nothing if it is not there.
    static List<String> names(Path directory) throws IpcException {
        return retried(() -> {
            List<String> names = new ArrayList<>();
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
                for (Path entry : entries) {
                    names.add(entry.getFileName().toString());
                }
                return names;
            } catch (NoSuchFileException | NotDirectoryException e) {
                return List.of();
            } catch (DirectoryIteratorException e) { // that of the system, in the midst
                throw e.getCause();
            }
        });
    }

    /// One look at the file system.
    interface FileCall<T> {
        T run() throws IOException;
    }

    /// Windows denies the access to what is being deleted, for as long as somebody has it open.
    static <T> T retried(FileCall<T> call) throws IpcException {
        for (int tries = 1; ; tries++) {
            try {
                return call.run();
            } catch (AccessDeniedException e) {
                if (tries == DENIED_TRIES) {
                    throw failed(e);
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            } catch (IOException e) {
                throw failed(e);
            }
        }
    }

    static IpcException failed(IOException e) {
        return switch (e) {
            case IpcException known -> known;
            case AccessDeniedException denied -> {
                NotPermittedException refused = new NotPermittedException(
                        "file may not be used: path=" + denied.getFile() + "; let this user read and write there, or remove it");
                refused.initCause(e);
                yield refused;
            }
            default -> new IpcException(e.toString(), e);
        };
    }
}
