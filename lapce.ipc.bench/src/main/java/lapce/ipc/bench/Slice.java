package lapce.ipc.bench;

import java.util.concurrent.TimeUnit;

/// What is measured at a time.
///
/// @param oneWay messages from client to server; else each is sent back
/// @param bytes of a message
/// @param nanos for how long
/// @param perSecond round trips, or 0 for as many as possible
record Slice(boolean oneWay, int bytes, long nanos, int perSecond) {
    static Slice oneWay(int bytes, long millis) {
        return new Slice(true, bytes, TimeUnit.MILLISECONDS.toNanos(millis), 0);
    }

    static Slice roundTrip(int bytes, long millis, int perSecond) {
        return new Slice(false, bytes, TimeUnit.MILLISECONDS.toNanos(millis), perSecond);
    }

    /// What [#order()] says.
    static Slice parse(String order) {
        String[] words = order.split(" ");
        return new Slice(words[0].equals("oneway"), Integer.parseInt(words[1]), Long.parseLong(words[2]), Integer.parseInt(words[3]));
    }

    String order() {
        return (oneWay ? "oneway " : "roundtrip ") + bytes + " " + nanos + " " + perSecond;
    }

    Slice lasting(long otherNanos) {
        return new Slice(oneWay, bytes, otherNanos, perSecond);
    }

    /// As it appears beside a contender's mode.
    String what() {
        return oneWay ? "one way" : perSecond == 0 ? "round trip" : "round trip at " + perSecond + "/s";
    }
}
