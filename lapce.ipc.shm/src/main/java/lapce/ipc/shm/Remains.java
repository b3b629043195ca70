package lapce.ipc.shm;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import lapce.ipc.api.IpcException;
import lapce.ipc.api.spi.EndpointObjects;
import lapce.ipc.api.spi.EndpointObjects.Life;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What servers of one endpoint have left, alive or dead: only locks tell which. An epoch whose server's lock nobody holds
/// is dead.
final class Remains {
    private static final Logger LOG = LoggerFactory.getLogger(Remains.class);

    private final Platform platform;
    private final ObjectNames names;
    private final LockDirectory locks;

    Remains(Platform platform, ObjectNames names) {
        this.platform = platform;
        this.names = names;
        this.locks = platform.lockDirectory(names.lockDirectory());
    }

    /// Those of all endpoints of one owner, by the names of their objects.
    static List<Remains> all(Platform platform) throws IpcException {
        Map<String, Remains> all = new TreeMap<>();
        for (String object : platform.list(ObjectNames.ofOwner(platform))) {
            ObjectNames names = ObjectNames.of(platform, object);
            if (names != null) {
                all.putIfAbsent(names.base(), new Remains(platform, names));
            }
        }
        return List.copyOf(all.values());
    }

    /// Those of earlier starts of the machine, of the same session and endpoint.
    List<Remains> ofEarlierBoots() throws IpcException {
        List<Remains> earlier = new ArrayList<>();
        for (Remains remains : all(platform)) {
            if (remains.names.isOfAnotherBoot(names)) {
                earlier.add(remains);
            }
        }
        return earlier;
    }

    /// Removes what belongs to dead epochs. While the name is held, so that no server is about to make something.
    void sweepDead() throws IpcException {
        for (long epoch : epochs()) {
            if (!locks.isHeld(ObjectNames.serverLock(epoch))) {
                sweep(epoch);
                LOG.info("swept what a dead server left: endpoint={}, epoch={}", names.endpoint(), epoch);
            }
        }
    }

    /// Removes everything, unless a server is alive or somebody is binding the name.
    ///
    /// @return true if nothing is left
    boolean sweepIfDead() throws IpcException {
        LifeLock bindLock = locks.tryLock(ObjectNames.BIND_LOCK, Binding.note());
        if (bindLock == null) {
            return false;
        }
        try {
            sweepDead();
            boolean dead = epochs().isEmpty();
            if (dead) {
                platform.unlink(names.control());
            }
            return dead;
        } finally {
            bindLock.close();
            locks.removeIfEmpty();
        }
    }

    /// Removes an epoch's regions and lock files.
    void sweep(long epoch) throws IpcException {
        for (String name : platform.list(names.regionsOf(epoch))) {
            platform.unlink(name);
        }
        Step.REGIONS_SWEPT.reached();
        for (String name : locks.list()) {
            Long found = ObjectNames.epochOfLock(name);
            if (found != null && found == epoch) {
                locks.delete(name);
            }
        }
    }

    boolean isOf(EndpointObjects found) {
        return names.base().equals(found.base());
    }

    /// For people.
    EndpointObjects describe() throws IpcException {
        List<String> objects = new ArrayList<>(platform.list(names.anyRegion()));
        objects.addAll(locks.list().stream().map(name -> names.lockDirectory() + "/" + name).toList());
        boolean held = locks.isHeld(ObjectNames.BIND_LOCK);
        Life life = held ? Life.SERVING : isAnyServerAlive() ? Life.ENDING : Life.DEAD;
        String holder = held ? locks.note(ObjectNames.BIND_LOCK) : "";
        return new EndpointObjects(names.session(), names.endpoint(), names.base(), life, holder, objects);
    }

    /// Of any epoch, whether it has the name or not.
    boolean isAnyServerAlive() throws IpcException {
        for (long epoch : epochs()) {
            if (locks.isHeld(ObjectNames.serverLock(epoch))) {
                return true;
            }
        }
        return false;
    }

    private Set<Long> epochs() throws IpcException {
        Set<Long> epochs = new TreeSet<>();
        for (String name : locks.list()) {
            addIfPresent(epochs, ObjectNames.epochOfLock(name));
        }
        for (String name : platform.list(names.anyRegion())) {
            addIfPresent(epochs, names.epochOfRegion(name));
        }
        return epochs;
    }

    private static void addIfPresent(Set<Long> epochs, @Nullable Long epoch) {
        if (epoch != null) {
            epochs.add(epoch);
        }
    }
}
