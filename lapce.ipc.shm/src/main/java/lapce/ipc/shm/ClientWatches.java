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

/// The server's knowledge of its client processes and of their death. A thread for each process waits in the kernel for
/// the end of its lock, which costs nothing until it comes and then tells at once; all else is for the leader's thread.
final class ClientWatches {
    private static final Logger LOG = LoggerFactory.getLogger(ClientWatches.class);

    /// One process.
    private static final class Client {
        final int generation;
        volatile boolean released; // its lock is; set by the thread that waited for it, as is the next
        volatile boolean unwatched; // that thread could not wait
        boolean dead;

        Client(int generation) {
            this.generation = generation;
        }
    }

    private final ControlRegion control;
    private final LockDirectory locks;
    private final Runnable bell;
    private final Map<Integer, Client> clients = new TreeMap<>();

    /// @param bell called from any thread when a process has died
    ClientWatches(ControlRegion control, LockDirectory locks, Runnable bell) {
        this.control = control;
        this.locks = locks;
        this.bell = bell;
    }

    boolean isDead(int line) {
        Client client = clients.get(line);
        return client != null && client.dead;
    }

    /// Looks for processes that have joined. A live line implies that its lock was held, so a lock not held is a death.
    void findNew() {
        for (int line = 0; line < ControlLayout.MAX_SLOTS; line++) {
            long owner = control.ownerAcquire(line); // pairs with compareAndSetOwner in Membership.takeLine
            if (LineWord.isLive(owner) && !clients.containsKey(line)) {
                Client client = new Client(LineWord.generation(owner));
                try {
                    watch(line, client);
                    clients.put(line, client);
                } catch (IpcException e) {
                    LOG.warn("cannot watch a client process, the next scan tries again: line={}", line, e);
                }
            }
        }
    }

    /// The thread outlives a server that ends before its client: the kernel lets go of it when the client does.
    private void watch(int line, Client client) throws IpcException {
        LockWatch watch = locks.watch(lockOf(line, client));
        if (watch == null) {
            client.released = true;
            return;
        }
        try {
            Thread.ofPlatform().daemon().name("lapce-ipc client " + line).start(() -> await(line, watch, client));
        } catch (OutOfMemoryError e) { // so says the JVM when the system refuses a thread; the next scan comes again
            watch.close();
            throw new IpcException("no thread to watch a client process: line=" + line + "; allow more threads", e);
        }
    }

    /// A system that refuses to wait has not said that the process is dead.
    private void await(int line, LockWatch watch, Client client) {
        try (watch) {
            watch.awaitRelease();
            client.released = true;
        } catch (IpcException e) {
            LOG.warn("cannot watch a client process, the next scan tries again: line={}", line, e);
            client.unwatched = true;
        }
        bell.run();
    }

    /// Takes note of those that have died since.
    ///
    /// @return true if there was one
    boolean findDead() {
        boolean anyDied = false;
        clients.values().removeIf(client -> client.unwatched);
        for (Map.Entry<Integer, Client> entry : clients.entrySet()) {
            Client client = entry.getValue();
            if (!client.dead && client.released) {
                client.dead = true;
                anyDied = true;
                LOG.info("client process gone: line={}", entry.getKey());
            }
        }
        return anyDied;
    }

    boolean anyDead() {
        return clients.values().stream().anyMatch(client -> client.dead);
    }

    /// Step r4, for each dead process that owns none of the lines given.
    void releaseDead(Set<Integer> linesInUse) throws IpcException {
        for (int line : List.copyOf(clients.keySet())) {
            Client client = clients.get(line);
            if (client.dead && !linesInUse.contains(line)) {
                locks.delete(lockOf(line, client));
                Step.LINE_LOCK_DELETED.reached();
                clients.remove(line);
                control.addWants(-control.wantSlotAcquire(line)); // its threads wait no more
                control.clearWantSlot(line);
                control.compareAndSetOwner(
                        line,
                        LineWord.of(client.generation, LineWord.LIVE),
                        LineWord.of(client.generation + 1, LineWord.FREE)); // pairs with ownerAcquire in Membership.takeLine
                Step.LINE_FREED.reached();
            }
        }
    }

    private String lockOf(int line, Client client) {
        return ObjectNames.clientLock(control.epoch(), line, client.generation);
    }
}
