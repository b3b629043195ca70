package lapce.ipc.shm;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
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
    private record Client(int line, int generation) {}

    private final ControlRegion control;
    private final LockDirectory locks;
    private final Runnable bell;
    private final Map<Integer, Client> clients = new HashMap<>(); // by line, the dead ones too
    private final Map<Integer, Client> dead = new HashMap<>();
    private final Map<Integer, String> users = new HashMap<>(); // by line, of all whose lock file was found
    private final Queue<Client> released = new ConcurrentLinkedQueue<>(); // their locks are; from the threads that waited
    private final Queue<Client> unwatched = new ConcurrentLinkedQueue<>(); // from the threads that could not wait

    /// @param bell called from any thread when a process has died
    ClientWatches(ControlRegion control, LockDirectory locks, Runnable bell) {
        this.control = control;
        this.locks = locks;
        this.bell = bell;
    }

    boolean isDead(int line) {
        return dead.containsKey(line);
    }

    /// Who runs a process that has joined, be it dead or alive.
    ///
    /// @return the user's id as the system writes it
    String userId(int line) throws IpcException {
        findNew(line);
        String user = users.get(line);
        if (user == null) {
            throw new IpcException("client process has no lock file: line=" + line);
        }
        return user;
    }

    /// Looks for processes that have joined. A live line implies that its lock was held, so a lock not held is a death.
    void findNew() {
        for (int line = 0; line < ControlLayout.MAX_SLOTS; line++) {
            try {
                findNew(line);
            } catch (IpcException e) {
                LOG.warn("cannot watch a client process, the next scan tries again: line={}: {}", line, e.getMessage());
            }
        }
    }

    private void findNew(int line) throws IpcException {
        long owner = control.ownerAcquire(line); // pairs with compareAndSetOwner in Membership.takeLine
        if (LineWord.isLive(owner) && !clients.containsKey(line)) {
            Client client = new Client(line, LineWord.generation(owner));
            watch(client);
            clients.put(line, client);
        }
    }

    /// The thread outlives a server that ends before its client: the kernel lets go of it when the client does.
    private void watch(Client client) throws IpcException {
        LockWatch watch = locks.watch(lockOf(client));
        if (watch == null) {
            released.add(client);
            return;
        }
        boolean watching = false;
        try {
            Threads.startDaemon("lapce-ipc client " + client.line, () -> await(watch, client));
            users.put(client.line, watch.userId());
            watching = true;
        } finally {
            if (!watching) {
                watch.close();
            }
        }
    }

    /// A system that refuses to wait has not said that the process is dead.
    private void await(LockWatch watch, Client client) {
        try (watch) {
            watch.awaitRelease();
            released.add(client);
        } catch (IpcException e) {
            LOG.warn("cannot watch a client process, the next scan tries again: line={}", client.line, e);
            unwatched.add(client);
        }
        bell.run();
    }

    /// Takes note of those that have died since. It looks at nobody else, for it is called each time round.
    ///
    /// @return true if there was one
    boolean findDead() {
        for (Client client = unwatched.poll(); client != null; client = unwatched.poll()) {
            clients.remove(client.line);
        }
        boolean anyDied = false;
        for (Client client = released.poll(); client != null; client = released.poll()) {
            dead.put(client.line, client);
            anyDied = true;
            LOG.info("client process gone: line={}", client.line);
        }
        return anyDied;
    }

    boolean anyDead() {
        return !dead.isEmpty();
    }

    /// Step r4, for each dead process that owns none of the lines given.
    void releaseDead(Set<Integer> linesInUse) throws IpcException {
        for (Client client : List.copyOf(dead.values())) {
            int line = client.line;
            if (!linesInUse.contains(line)) {
                locks.delete(lockOf(client));
                Step.LINE_LOCK_DELETED.reached();
                dead.remove(line);
                clients.remove(line);
                users.remove(line);
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

    private String lockOf(Client client) {
        return ObjectNames.clientLock(control.epoch(), client.line, client.generation);
    }
}
