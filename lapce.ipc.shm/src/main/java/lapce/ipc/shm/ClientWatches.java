package lapce.ipc.shm;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import lapce.ipc.api.IpcException;
import lapce.ipc.shm.layout.ControlLayout;
import lapce.ipc.shm.layout.LineWord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The server's knowledge of its client processes and of their death. For the leader's thread only.
final class ClientWatches {
    private static final Logger LOG = LoggerFactory.getLogger(ClientWatches.class);

    /// One process. The watch is null once it is known to be dead.
    private record Client(int generation, LockWatch watch) {}

    private final ControlRegion control;
    private final LockDirectory locks;
    private final Map<Integer, Client> clients = new TreeMap<>();
    private final Set<Integer> dead = new TreeSet<>();

    ClientWatches(ControlRegion control, LockDirectory locks) {
        this.control = control;
        this.locks = locks;
    }

    boolean isEmpty() {
        return clients.isEmpty();
    }

    boolean isDead(int line) {
        return dead.contains(line);
    }

    /// Looks for processes that have joined. A live line implies that its lock was held, so a lock not held is a death.
    ///
    /// @return true if one of them is dead already
    boolean findNew() throws IpcException {
        int before = dead.size();
        for (int line = 0; line < ControlLayout.MAX_SLOTS; line++) {
            long owner = control.ownerAcquire(line); // pairs with compareAndSetOwner in Membership.takeLine
            if (LineWord.isLive(owner) && !clients.containsKey(line)) {
                int generation = LineWord.generation(owner);
                LockWatch watch = locks.watch(ObjectNames.clientLock(control.epoch(), line, generation));
                clients.put(line, new Client(generation, watch));
                if (watch == null) {
                    dead.add(line);
                }
            }
        }
        return dead.size() > before;
    }

    /// Probes every process not known to be dead.
    ///
    /// @return true if one has died since
    boolean findDead() throws IpcException {
        int before = dead.size();
        for (Map.Entry<Integer, Client> entry : clients.entrySet()) {
            int line = entry.getKey();
            if (!dead.contains(line) && !entry.getValue().watch.isHeld()) {
                dead.add(line);
                LOG.info("client process gone: line={}", line);
            }
        }
        return dead.size() > before;
    }

    /// Step r4, for each dead process that owns none of the lines given.
    void releaseDead(Set<Integer> linesInUse) throws IpcException {
        for (int line : Set.copyOf(dead)) {
            if (linesInUse.contains(line)) {
                continue;
            }
            Client client = clients.remove(line);
            if (client.watch != null) {
                client.watch.close();
            }
            locks.delete(ObjectNames.clientLock(control.epoch(), line, client.generation));
            dead.remove(line);
            control.compareAndSetOwner(
                    line,
                    LineWord.of(client.generation, LineWord.LIVE),
                    LineWord.of(client.generation + 1, LineWord.FREE));
        }
    }

    void close() {
        for (Client client : clients.values()) {
            if (client.watch != null) {
                client.watch.close();
            }
        }
        clients.clear();
    }
}
