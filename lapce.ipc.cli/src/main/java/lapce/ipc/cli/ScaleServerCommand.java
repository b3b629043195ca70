package lapce.ipc.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.Callable;
import lapce.ipc.api.Frame;
import lapce.ipc.api.FrameHandler;
import lapce.ipc.api.Framer;
import lapce.ipc.api.Ipc;
import lapce.ipc.api.Listener;
import lapce.ipc.api.MessageType;
import lapce.ipc.api.Poller;
import lapce.ipc.api.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// The server of a measurement: one thread that accepts, checks and answers on every connection.
@Command(name = "scale-server", hidden = true)
final class ScaleServerCommand implements Callable<Integer> {
    private static final int TURNS = 64;
    private static final int FRAMES_PER_TURN = 64; // a busy client gets no more before the others had their turn

    @Parameters(index = "0")
    private String endpoint;

    @Mixin
    private ScaleOptions options;

    private Poller poller;
    private Listener listener;
    private ScaleRound finished;
    private long connections;
    private long awaitedConnections = Long.MAX_VALUE;
    private long ends; // connections that said that their round is over
    private long received;
    private long duplicated;
    private long reordered;
    private long sharedMemoryBytes;

    @Override
    public Integer call() throws IOException {
        poller = Poller.open(options.waitStrategy());
        Orders orders = Orders.start(poller::wakeUp);
        try (Listener bound = Ipc.bind(endpoint, options.options())) {
            listener = bound;
            poller.add(listener, () -> accept(listener.tryAccept()));
            System.out.println("bound");
            for (;;) {
                poller.await(TURNS, Stream.FOREVER);
                follow(orders.poll());
                tellRound();
            }
        }
    }

    /// The one order there is: say when so many connections are there.
    private void follow(String order) {
        if (order != null) {
            awaitedConnections = Long.parseLong(order);
        }
        if (connections >= awaitedConnections) {
            awaitedConnections = Long.MAX_VALUE;
            System.out.println("here");
        }
    }

    private void tellRound() throws IOException {
        if (finished != null) {
            System.out.println(JsonOption.write(finished));
            finished = null;
        }
    }

    private void accept(Stream stream) {
        connections++;
        sharedMemoryBytes += stream.sharedMemoryBytes();
        poller.add(stream, new Connection(Framer.over(stream)));
    }

    /// One connection: what comes next on it.
    private final class Connection implements Poller.Action, FrameHandler {
        private final Framer framer;
        private long next;

        Connection(Framer framer) {
            this.framer = framer;
        }

        @Override
        public void onReady() throws IOException {
            try {
                if (framer.poll(this, FRAMES_PER_TURN) == Stream.END_OF_STREAM) {
                    framer.close();
                }
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
        }

        @Override
        public void onFrame(Frame frame) {
            if (frame.type().equals(MessageType.DATA)) {
                count(frame.id());
            } else if (frame.type().equals(MessageType.CONTROL)) {
                roundEnds();
            } else {
                answer(frame);
            }
        }

        private void answer(Frame frame) {
            try {
                framer.send(MessageType.RESPONSE, Frame.IS_RESPONSE, frame.id(), frame.payload());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private void count(long sequence) {
            received++;
            if (sequence >= next) {
                next = sequence + 1; // what was left out is missing from the sum at the end
            } else if (sequence == next - 1) {
                duplicated++;
            } else {
                reordered++;
            }
        }
    }

    private void roundEnds() {
        if (++ends == connections) {
            ends = 0;
            finished = new ScaleRound(
                    System.nanoTime(), received, duplicated, reordered, listener.rescuedWakeUps(), sharedMemoryBytes);
        }
    }
}
