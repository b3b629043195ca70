package lapce.ipc.cli;

/// What `demo --json` prints.
record DemoReport(
        long messages,
        boolean verified,
        long oneWayMsgPerSec,
        int payloadBytes,
        Percentiles roundTripNanos,
        Percentiles blockingRoundTripNanos,
        Percentiles unixSocketRoundTripNanos,
        long sharedMemoryBytes,
        String jdk,
        String os,
        int cpus) {

    String text() {
        return """
                Two processes exchanged framed messages with %,d bytes of payload and a checksum each.
                verified        %,d messages each way: count, order and content
                one way         %,d messages/s
                round trip      %s   spinning
                                %s   blocking
                                %s   Unix domain socket
                shared memory   %,d bytes for the connection
                machine         %d cpus, %s, Java %s"""
                .formatted(
                        payloadBytes,
                        messages,
                        oneWayMsgPerSec,
                        roundTripNanos,
                        blockingRoundTripNanos,
                        unixSocketRoundTripNanos,
                        sharedMemoryBytes,
                        cpus,
                        os,
                        jdk);
    }
}
