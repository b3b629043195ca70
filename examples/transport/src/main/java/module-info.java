/// Serves `queue:`, which whoever has this module on his path may bind and connect to.
module queue {
    requires lapce.ipc.api;

    provides lapce.ipc.api.spi.TransportProvider with
            queue.QueueTransport;
}
