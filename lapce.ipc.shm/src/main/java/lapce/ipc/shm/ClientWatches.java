package lapce.ipc.shm;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import lapce.ipc.api.IpcException;
import lapce.ipc.shm.layout.ControlLayout;
import lapce.ipc.shm.layout.LineWord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The server's knowledge of its client processes and of their death. For the leader's thread only.
final class ClientWatches {
    private static final Logger LOG = LoggerFactory.getLogger(ClientWatches.class);

    /// One process. There is no watch if its lock file was gone when it was found.
    private static final class Client {
        final int generation;
        final LockWatch watch;
        boolean dead;

        Client(int generation, LockWatch watch) {
            this.generation = generation;
            this.watch = watch;
            this.dead = watch == null;
        }

        void close() {
            if (watch != null) {
                watch.close();
            }
        }
    }

    private final ControlRegion control;
    private final LockDirectory locks;
    private final Map<Integer, Client> clients = new TreeMap<>();

    ClientWatches(ControlRegion control, LockDirectory locks) {
        this.control = control;
        this.locks = locks;
    }

    boolean isEmpty() {
        return clients.isEmpty();
    }

    boolean isDead(int line) {
        Client client = clients.get(line);
        return client != null && client.dead;
    }

    /// Looks for processes that have joined. A live line implies that its lock was held, so a lock not held is a death.
    ///
    /// @return true if one of them is dead already
    boolean findNew() throws IpcException {
        boolean anyDead = false;
        for (int line = 0; line < ControlLayout.MAX_SLOTS; line++) {
            long owner = control.ownerAcquire(line); // pairs with compareAndSetOwner in Membership.takeLine
            if (LineWord.isLive(owner) && !clients.containsKey(line)) {
                int generation = LineWord.generation(owner);
                Client client =
                        new Client(generation, locks.watch(ObjectNames.clientLock(control.epoch(), line, generation)));
                clients.put(line, client);
                anyDead |= client.dead;
            }
        }
        return anyDead;
    }

    /// Probes every process not known to be dead.
    ///
    /// @return true if one has died since
    boolean findDead() throws IpcException {
        boolean anyDied = false;
        for (Map.Entry<Integer, Client> entry : clients.entrySet()) {
            Client client = entry.getValue();
            if (!client.dead && !client.watch.isHeld()) {
                client.dead = true;
                anyDied = true;
                LOG.info("client process gone: line={}", entry.getKey());
            }
        }
        return anyDied;
    }

    /// Step r4, for each dead process that owns none of the lines given.
    void releaseDead(Set<Integer> linesInUse) throws IpcException {
        for (int line : List.copyOf(clients.keySet())) {
            Client client = clients.get(line);
            if (client.dead && !linesInUse.contains(line)) {
                locks.delete(ObjectNames.clientLock(control.epoch(), line, client.generation));
                client.close();
                clients.remove(line);
                control.compareAndSetOwner(
                        line,
                        LineWord.of(client.generation, LineWord.LIVE),
                        LineWord.of(client.generation + 1, LineWord.FREE)); // pairs with ownerAcquire in Membership.takeLine
            }
        }
    }

    void close() {
        clients.values().forEach(Client::close);
        clients.clear();
    }
}
