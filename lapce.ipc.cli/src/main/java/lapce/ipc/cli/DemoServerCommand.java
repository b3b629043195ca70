package lapce.ipc.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import lapce.ipc.api.Framer;
import lapce.ipc.api.Ipc;
import lapce.ipc.api.Listener;
import lapce.ipc.api.PeerGoneException;
import lapce.ipc.api.WaitStrategy;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// The demo's server process: the other half of [DemoClientCommand], step by step.
@Command(name = "demo-server", hidden = true)
final class DemoServerCommand implements Callable<Integer> {
    @Parameters(index = "0")
    private String endpoint;

    @Parameters(index = "1")
    private Path socket;

    @Mixin
    private DemoScript script;

    /// The socket comes first and the spinning endpoint last, so a client that found this one finds the others.
    @Override
    public Integer call() throws IOException {
        Orders.start();
        try (SocketEcho socketEcho = SocketEcho.bind(socket);
                Listener blocking = bind(DemoScript.blockingEndpoint(endpoint), WaitStrategy.DEFAULT);
                Listener spinning = bind(DemoScript.spinningEndpoint(endpoint), WaitStrategy.busySpin())) {
            try (Framer framer = Framer.over(spinning.accept())) {
                Flow flow = new Flow(framer, script.payloadBytes());
                flow.receive(script.warmUpMessages());
                flow.send(script.warmUpMessages());
                flow.receive(script.messages());
                flow.send(script.messages());
                flow.answer(script.warmUpTrips());
                flow.answer(script.spinningTrips());
            }
            try (Framer framer = Framer.over(blocking.accept())) {
                Flow flow = new Flow(framer, script.payloadBytes());
                flow.answer(script.warmUpTrips());
                flow.answer(script.blockingTrips());
            }
            socketEcho.run(SocketTrip.messageBytes(script.payloadBytes()));
        } catch (PeerGoneException _) {
            return ChildProcess.OTHER_IS_GONE;
        }
        return 0;
    }

    private static Listener bind(String name, WaitStrategy strategy) throws IOException {
        return Ipc.bind(name, DemoScript.waitingBy(strategy));
    }
}
