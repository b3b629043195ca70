package lapce.ipc.cli;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import lapce.ipc.api.Frame;
import lapce.ipc.api.Framer;
import lapce.ipc.api.Ipc;
import lapce.ipc.api.IpcException;
import lapce.ipc.api.MessageType;
import lapce.ipc.api.Options;
import lapce.ipc.api.PeerGoneException;
import lapce.ipc.api.Stream;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// A client process of a measurement: one thread with many connections. Its orders are `send N` (messages on each
/// connection), `pace RATE SECONDS` (messages a second, on one connection after the other), `trips N` and
/// `trips-for SECONDS` (on one connection after the other), `forget` and `report`.
@Command(name = "scale-client", hidden = true)
final class ScaleClientCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long PACE_NANOS = TimeUnit.MICROSECONDS.toNanos(200);
    private static final int BURST = 32;
    private static final int WRITES_PER_SAMPLE = 16; // the clock costs as much as half a write

    @Parameters(index = "0")
    private String endpoint;

    @Option(names = "--connections")
    private int connections;

    @Mixin
    private ScaleOptions scale;

    private final List<Connection> open = new ArrayList<>();
    private final Histogram connect = ScaleSamples.histogram();
    private final Histogram write = ScaleSamples.histogram();
    private final Histogram roundTrip = ScaleSamples.histogram();
    private MemorySegment payload;
    private long waits;
    private long waitNanos;

    @Override
    public Integer call() throws IOException {
        Orders orders = Orders.start();
        payload = Arena.ofAuto().allocate(scale.payloadBytes(), Long.BYTES);
        Options options = scale.options().withConnectTimeout(PATIENCE);
        try {
            for (int i = 0; i < connections; i++) {
                long start = System.nanoTime();
                Stream stream = Ipc.connect(endpoint, options);
                connect.recordValue(System.nanoTime() - start);
                open.add(new Connection(Framer.over(stream)));
            }
            System.out.println("connected");
            for (;;) {
                System.out.println(follow(orders.next().split(" ")));
            }
        } catch (PeerGoneException _) {
            return ChildProcess.OTHER_IS_GONE;
        }
    }

    private String follow(String[] order) throws IOException {
        switch (order[0]) {
            case "send" -> sendOnEach(Long.parseLong(order[1]));
            case "pace" -> pace(Long.parseLong(order[1]), TimeUnit.SECONDS.toNanos(Long.parseLong(order[2])));
            case "trips" -> makeTrips(Long.parseLong(order[1]));
            case "trips-for" -> makeTripsFor(TimeUnit.SECONDS.toNanos(Long.parseLong(order[1])));
            case "forget" -> {
                write.reset();
                roundTrip.reset();
                waits = 0;
                waitNanos = 0;
            }
            case "report" -> {
                return JsonOption.write(new ScaleSamples(
                        ScaleSamples.text(connect), ScaleSamples.text(write), ScaleSamples.text(roundTrip), waits,
                        waitNanos));
            }
            default -> throw new IllegalArgumentException("unknown order=" + String.join(" ", order));
        }
        return order[0];
    }

    /// In bursts on one connection after the other; waits only when all that have something left are full.
    private void sendOnEach(long count) throws IOException {
        for (Connection connection : open) {
            connection.last = connection.sent + count;
        }
        List<Connection> left = new ArrayList<>(open);
        while (!left.isEmpty()) {
            boolean sent = false;
            for (Connection connection : left) {
                sent |= connection.sendBurst();
            }
            left.removeIf(Connection::isDone);
            if (!sent && !left.isEmpty()) {
                left.getFirst().sendWhenThereIsRoom();
            }
        }
        for (Connection connection : open) {
            connection.framer.send(MessageType.CONTROL, 0, 0, MemorySegment.NULL);
        }
    }

    private void makeTrips(long count) throws IOException {
        for (long trip = 0; trip < count; trip++) {
            open.get((int) (trip % open.size())).makeTrip(trip);
        }
    }

    private void makeTripsFor(long nanos) throws IOException {
        long start = System.nanoTime();
        for (long trip = 0; System.nanoTime() - start < nanos; trip++) {
            open.get((int) (trip % open.size())).makeTrip(trip);
        }
    }

    /// A load by the clock: each time round, what is due by now. A full ring costs its turn, not the time.
    private void pace(long perSecond, long nanos) throws IOException {
        long start = System.nanoTime();
        long done = 0;
        for (long elapsed = 0; elapsed < nanos; elapsed = System.nanoTime() - start) {
            long due = Math.round(elapsed * (perSecond / (double) TimeUnit.SECONDS.toNanos(1)));
            for (; done < due; done++) {
                Connection connection = open.get((int) (done % open.size()));
                connection.last = connection.sent + 1;
                connection.sendBurst();
            }
            LockSupport.parkNanos(PACE_NANOS);
        }
    }

    private final class Connection {
        private final Framer framer;
        private long sent;
        private long last;

        Connection(Framer framer) {
            this.framer = framer;
        }

        boolean isDone() {
            return sent == last;
        }

        /// @return false if there was no room for even one
        boolean sendBurst() throws IOException {
            long before = sent;
            long end = Math.min(last, before + BURST);
            while (sent < end && offer()) {
                sent++;
            }
            return sent != before;
        }

        private boolean offer() throws IOException {
            NumberedPayload.fill(payload, sent);
            if (sent % WRITES_PER_SAMPLE != 0) {
                return framer.offer(MessageType.DATA, 0, sent, payload);
            }
            long start = System.nanoTime();
            boolean offered = framer.offer(MessageType.DATA, 0, sent, payload);
            if (offered) {
                write.recordValue(System.nanoTime() - start);
            }
            return offered;
        }

        void sendWhenThereIsRoom() throws IOException {
            long start = System.nanoTime();
            NumberedPayload.fill(payload, sent);
            framer.send(MessageType.DATA, 0, sent, payload);
            sent++;
            waits++;
            waitNanos += System.nanoTime() - start;
        }

        void makeTrip(long trip) throws IOException {
            long start = System.nanoTime();
            framer.send(MessageType.HEARTBEAT, Frame.REQUEST, trip, payload);
            Frame answer = framer.receive();
            roundTrip.recordValue(System.nanoTime() - start);
            if (answer == null || answer.id() != trip) {
                throw new IpcException("the answer is not what was asked: endpoint=" + endpoint + ", trip=" + trip);
            }
        }
    }
}
