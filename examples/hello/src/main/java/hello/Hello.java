package hello;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import lapce.ipc.api.Frame;
import lapce.ipc.api.Framer;
import lapce.ipc.api.Ipc;
import lapce.ipc.api.Listener;
import lapce.ipc.api.MessageType;

/// Two processes greet each other. Started without an argument it is the client, and starts itself again as the server.
public final class Hello {
    private static final long PID = ProcessHandle.current().pid();

    private Hello() {}

    /// Runs one of the two processes.
    ///
    /// @param arguments nothing, or the endpoint to serve
    /// @throws Exception if the other process cannot be reached
    public static void main(String[] arguments) throws Exception {
        if (arguments.length > 0) {
            answerOne(arguments[0]);
            return;
        }
        String endpoint = "hello-" + PID;
        String java = ProcessHandle.current().info().command().orElseThrow();
        Process server = new ProcessBuilder(java, "-m", "hello/hello.Hello", endpoint)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        if (server.inputReader().readLine() == null) { // its first line says that the endpoint is bound
            throw new IOException("the server did not start");
        }
        ask(endpoint);
        if (server.waitFor() != 0) {
            throw new IOException("the server failed: status=" + server.exitValue());
        }
    }

    private static void ask(String endpoint) throws IOException {
        try (Framer framer = Framer.over(Ipc.connect(endpoint))) {
            long id = framer.send(MessageType.DATA, "process %d".formatted(PID).getBytes(UTF_8));
            Frame reply = framer.receive();
            if (reply == null) {
                throw new IOException("the server did not reply");
            }
            System.out.printf("reply to message %d: %s%n", id, new String(reply.toByteArray(), UTF_8));
        }
    }

    private static void answerOne(String endpoint) throws IOException {
        try (Listener listener = Ipc.bind(endpoint)) {
            System.out.println("bound");
            try (Framer framer = Framer.over(listener.accept())) {
                Frame request = framer.receive();
                String text = "Hello, %s, from process %d".formatted(new String(request.toByteArray(), UTF_8), PID);
                MemorySegment answer = MemorySegment.ofArray(text.getBytes(UTF_8));
                framer.send(MessageType.RESPONSE, Frame.IS_RESPONSE, request.id(), answer);
            }
        }
    }
}
