/// What a program imports. A server binds a name and accepts streams; a client connects to the name:
///
/// ```java
/// try (Listener listener = Ipc.bind("my_ipc")) {                          // server
///     for (;;) {
///         Stream stream = listener.accept();
///         Thread.startVirtualThread(() -> serve(stream));
///     }
/// }
/// try (Framer framer = Framer.over(Ipc.connect("my_ipc"))) {              // client
///     long id = framer.send(MessageType.DATA, payload);
///     Frame reply = framer.receive();                                     // waits; safe on virtual threads
/// }
/// ```
///
/// | start with | for |
/// |---|---|
/// | [Ipc] | binding and connecting |
/// | [Stream] | messages as bytes, copied or in place, and the adapters to `java.io` and `java.nio` |
/// | [Framer] | typed, checked frames over a stream |
/// | [Poller] | one thread that serves many streams |
/// | [Options] | sizes, waiting and time limits, with their defaults |
package lapce.ipc.api;
