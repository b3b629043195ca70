package lapce.ipc.shm;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import lapce.ipc.api.CorruptStreamException;
import lapce.ipc.api.IpcException;
import lapce.ipc.api.Listener;
import lapce.ipc.api.Options;
import lapce.ipc.api.Stream;
import lapce.ipc.api.spi.EndpointObjects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Listeners and streams over one [Platform]. There is one for each platform in a process, since a process joins an
/// endpoint once, however many streams it opens. All methods may be called from any thread.
public final class ShmTransport {
    private static final Logger LOG = LoggerFactory.getLogger(ShmTransport.class);

    private final Platform platform;
    private final ConcurrentMap<String, Platform> groups = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, ShmClient> clients = new ConcurrentHashMap<>();

    /// Uses a platform.
    ///
    /// @param platform the platform, of which this is the only transport in the process
    public ShmTransport(Platform platform) {
        this.platform = platform;
    }

    /// What one connection takes of shared memory.
    ///
    /// @param ringBytes capacity of each ring
    /// @return bytes
    public static long connectionBytes(int ringBytes) {
        return Connection.byteSize(ringBytes);
    }

    /// Binds a name.
    ///
    /// @param name a valid name
    /// @param options sizes, waiting and limits
    /// @return the listener
    /// @throws IpcException as [lapce.ipc.api.Ipc#bind(String, Options)]
    public Listener bind(String name, Options options) throws IpcException {
        Platform platform = platformOf(options);
        return new ShmListener(platform, new ObjectNames(platform, options.session(), name), options);
    }

    /// Connects to a name.
    ///
    /// @param name a valid name
    /// @param options sizes, waiting and limits
    /// @return the stream
    /// @throws IOException as [lapce.ipc.api.Ipc#connect(String, Options)]
    public Stream connect(String name, Options options) throws IOException {
        Platform platform = platformOf(options);
        ObjectNames names = new ObjectNames(platform, options.session(), name);
        try {
            return connect(platform, names, options);
        } catch (InternalError e) { // the fault of an access beyond the end of the object
            throw new CorruptStreamException("control region was truncated: endpoint=" + name + "; start its server again");
        }
    }

    /// A group is looked up once.
    private Platform platformOf(Options options) throws IpcException {
        String group = options.group();
        if (group.isEmpty()) {
            return platform;
        }
        Platform known = groups.get(group);
        if (known == null) {
            known = platform.ofGroup(group);
            groups.put(group, known);
        }
        return known;
    }

    /// What this user and his groups have in shared memory. What another member keeps from this user is left out, and logged.
    ///
    /// @return one entry for each endpoint and start of the machine
    /// @throws IpcException if the system refuses
    public List<EndpointObjects> survey() throws IpcException {
        List<EndpointObjects> found = new ArrayList<>();
        for (Remains remains : Remains.all(platform)) {
            found.add(remains.describe());
        }
        for (Platform group : platform.groups()) {
            try {
                for (Remains remains : Remains.all(group)) {
                    found.add(remains.describe());
                }
            } catch (IpcException e) {
                LOG.warn("a group's endpoints cannot be looked at: group={}", group.ownerId(), e);
            }
        }
        return found;
    }

    /// Removes what dead servers have left of one endpoint.
    ///
    /// @param found what [#survey()] has found; its locks are looked at anew
    /// @return true if nothing of it is left
    /// @throws IpcException if the system refuses
    public boolean sweep(EndpointObjects found) throws IpcException {
        for (Remains remains : all()) {
            if (remains.isOf(found)) {
                return remains.sweepIfDead();
            }
        }
        return true;
    }

    private List<Remains> all() throws IpcException {
        List<Remains> all = new ArrayList<>(Remains.all(platform));
        for (Platform group : platform.groups()) {
            all.addAll(Remains.all(group));
        }
        return all;
    }

    private Stream connect(Platform platform, ObjectNames names, Options options) throws IOException {
        for (;;) {
            ShmClient client = clients.get(names.control());
            if (client != null && client.enter()) {
                return client.connect(options);
            }
            join(platform, names, client);
        }
    }

    /// Joins once for all threads of this process.
    ///
    /// @param ended what the caller found, which this replaces
    private synchronized void join(Platform platform, ObjectNames names, @Nullable ShmClient ended) throws IpcException {
        if (clients.get(names.control()) == ended) {
            clients.put(names.control(), ShmClient.join(platform, names, gone -> clients.remove(names.control(), gone)));
        }
    }
}
