package lapce.ipc.shm;

import java.io.IOException;
import java.math.BigInteger;
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
import lapce.ipc.api.IpcException;

/// Names of shared memory where the system cannot list them, or does not take them away while somebody has the memory open. Each is a file of
/// that name, whose text is what the system knows the memory by: something random, that nobody can take first. Lock directories lie beside
/// the files. All methods may be called from any thread.
public final class Registry {
    private static final int OBJECT_LENGTH = 25; // letters and digits, of 128 bits
    private static final int BITS = 128;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Path directory;
    private final FileAttribute<?>[] ofDirectory;

    /// Opens a registry; its directory is made when it is needed, and stays.
    ///
    /// @param directory where no other user may write
    /// @param ofDirectory what makes a new directory its owner's alone
    public Registry(Path directory, FileAttribute<?>... ofDirectory) {
        this.directory = directory;
        this.ofDirectory = ofDirectory.clone();
    }

    /// Registers a name, before there is memory of it: who dies in between leaves a name without memory, and no memory without a name.
    ///
    /// @param name a name that nothing has
    /// @return 25 letters and digits, by which the system shall know its memory
    /// @throws IpcException if the name is taken, or the system refuses
    public String add(String name) throws IpcException {
        String random = new BigInteger(BITS, RANDOM).toString(Character.MAX_RADIX);
        String object = "0".repeat(OBJECT_LENGTH - random.length()) + random;
        try {
            Files.createDirectories(directory, ofDirectory);
            Files.writeString(directory.resolve(name), object, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            return object;
        } catch (FileAlreadyExistsException e) {
            throw new IpcException("region is there already: path=" + directory.resolve(name)
                    + "; its endpoint's control region or lock directory was damaged: start the server again", e);
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /// What the system knows a region's memory by.
    ///
    /// @param name the region's name
    /// @return as [#add] returned it, or null if there is no such name, or none yet
    /// @throws IpcException if the system refuses
    public String find(String name) throws IpcException {
        try {
            String object = Files.readString(directory.resolve(name));
            return object.matches("[0-9a-z]{" + OBJECT_LENGTH + "}") ? object : null;
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /// Takes a name away. Does nothing if there is none.
    ///
    /// @param name the region's name
    /// @throws IpcException if the system refuses
    public void remove(String name) throws IpcException {
        try {
            Files.deleteIfExists(directory.resolve(name));
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /// The names, and those of lock directories.
    ///
    /// @param prefix what they start with
    /// @return the names
    /// @throws IpcException if the system refuses
    public List<String> list(String prefix) throws IpcException {
        return names(directory, prefix);
    }

    /// Where a lock directory lies.
    ///
    /// @param name its name
    /// @return its path
    public Path lockDirectory(String name) {
        return directory.resolve(name);
    }

    static List<String> names(Path directory, String prefix) throws IpcException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                if (name.startsWith(prefix)) {
                    names.add(name);
                }
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        } catch (IOException e) {
            throw failed(e);
        }
        return names;
    }

    static IpcException failed(IOException e) {
        return new IpcException(e.toString(), e);
    }
}
