package lapce.ipc.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/// Rounds in which everybody has his turn at every slice, so that what the machine does meanwhile happens to all.
final class Comparison {
    private static final int WARM_UPS = 4; // ends that spin leave the compiler little time
    private static final long WARM_UP_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long PAUSE_MILLIS = 5; // in which who was measured last goes to sleep

    private final List<Rival> rivals;
    private final List<Slice> slices;
    private final Map<String, Series> all = new LinkedHashMap<>();

    Comparison(List<Rival> rivals, List<Slice> slices) {
        this.rivals = rivals;
        this.slices = slices;
    }

    List<Series> run(int rounds) throws IOException {
        for (int warmUp = 1; warmUp <= WARM_UPS; warmUp++) {
            for (Rival rival : rivals) {
                for (Slice slice : slices) {
                    if (canDo(rival, slice)) {
                        rival.run(slice.lasting(WARM_UP_NANOS));
                    }
                }
            }
        }
        for (int round = 1; round <= rounds; round++) {
            System.err.println("bench: round " + round + " of " + rounds);
            List<Rival> order = new ArrayList<>(rivals);
            Collections.shuffle(order, new Random(round)); // so that nobody always follows the same one, who may have something left to do
            for (Slice slice : slices) {
                for (Rival rival : order) {
                    if (canDo(rival, slice)) {
                        pause();
                        all.computeIfAbsent(rival.peer() + rival.mode() + slice, _ -> new Series(rival.peer(), rival.mode(), slice))
                                .add(rival.run(slice));
                    }
                }
            }
        }
        return List.copyOf(all.values());
    }

    /// One cache line has one size and no rate, and no system is asked for megabytes that is bound to messages of
    /// objects, or that keeps them all.
    private static boolean canDo(Rival rival, Slice slice) {
        return switch (rival.peer()) {
            case Programs.LINE -> !slice.oneWay() && slice.perSecond() == 0 && slice.bytes() <= 64;
            case Programs.NODE -> slice.perSecond() == 0 && slice.bytes() <= 1024;
            case Chronicle.PEER -> slice.bytes() <= 1024;
            case Programs.ZEROMQ, Programs.ICEORYX -> slice.perSecond() == 0;
            default -> true;
        };
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
