package queue;

import lapce.ipc.test.contract.TransportContract;

class QueueTransportTest implements TransportContract {
    @Override
    public String scheme() {
        return "queue";
    }
}
