package queue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import lapce.ipc.api.ClosedException;
import lapce.ipc.api.Listener;
import lapce.ipc.api.NoFreeSlotException;
import lapce.ipc.api.NoSuchEndpointException;
import lapce.ipc.api.Options;
import lapce.ipc.api.Stream;
import lapce.ipc.api.WouldBlockException;

/// Those who have connected, in order, until they are accepted.
final class QueueListener implements Listener {
    private final Gate gate = new Gate();
    private final Queue<QueueStream> clients = new ArrayDeque<>();
    private final String endpoint;
    private final Options options;
    private final Runnable unbind;
    private int slotsTaken;
    private boolean closed;

    QueueListener(String endpoint, Options options, Runnable unbind) {
        this.endpoint = endpoint;
        this.options = options;
        this.unbind = unbind;
    }

    Stream connect(Options theirs) throws IOException {
        try (Gate _ = gate.enter()) {
            gate.await("no slot: endpoint=" + endpoint, theirs.connectTimeout(), () -> 0, () -> {
                if (closed) {
                    throw new NoSuchEndpointException("nobody has bound the name any more: endpoint=" + endpoint);
                }
                return slotsTaken < options.maxSlots();
            });
            slotsTaken++;
            QueueStream server = new QueueStream(endpoint, options, theirs, this::freeSlot);
            clients.add(server);
            gate.tell();
            return server.peer();
        } catch (WouldBlockException e) {
            throw new NoFreeSlotException("every slot is taken: endpoint=" + endpoint + ", slots=" + options.maxSlots());
        }
    }

    private void freeSlot() {
        try (Gate _ = gate.enter()) {
            slotsTaken--;
            gate.tell();
        }
    }

    @Override
    public String endpoint() {
        return endpoint;
    }

    @Override
    public Stream accept() throws IOException {
        return accept(Stream.FOREVER);
    }

    @Override
    public Stream accept(Duration timeout) throws IOException {
        try (Gate _ = gate.enter()) {
            gate.await("no client: endpoint=" + endpoint, timeout, () -> 0, () -> {
                ensureOpen();
                return !clients.isEmpty();
            });
            return clients.remove();
        }
    }

    @Override
    public Stream tryAccept() throws ClosedException {
        try (Gate _ = gate.enter()) {
            ensureOpen();
            return clients.poll();
        }
    }

    private void ensureOpen() throws ClosedException {
        if (closed) {
            throw new ClosedException("listener was closed: endpoint=" + endpoint);
        }
    }

    @Override
    public long rescuedWakeUps() {
        return 0;
    }

    @Override
    public void close() {
        List<QueueStream> refused;
        try (Gate _ = gate.enter()) {
            if (closed) {
                return;
            }
            closed = true;
            unbind.run();
            refused = List.copyOf(clients);
            gate.tell();
        }
        refused.forEach(Stream::close);
    }
}
