package lapce.ipc.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.HdrHistogram.Histogram;

/// How long after a kill the blocked readers of other processes learnt of it; all processes of a machine have one clock.
///
/// The system lets go of a dead process's lock and of its standard output in one sweep through its descriptors, which the
/// process that killed it sees as the end of that output. So the lock was released by then, and by the first
/// notice; the earlier of the two stands for its release.
final class Deaths {
    private final Histogram sinceKill = ScaleSamples.histogram();
    private final Histogram sinceRelease = ScaleSamples.histogram();
    private final List<long[]> notices = new ArrayList<>(); // of the last death
    private int processes;
    private long missed;
    private long killed;
    private long outputEnded;

    void kill(ChildProcess victim) throws IOException {
        killed = System.nanoTime();
        victim.kill();
        outputEnded = System.nanoTime();
        notices.clear();
        processes++;
    }

    /// Asks one process after the other, so that their answers take no time from those that have not learnt of it yet.
    void collect(ChildProcess survivor, int streams) throws IOException {
        survivor.order(DeathNotices.ORDER + streams);
        long[] nanoTimes = JsonOption.read(DeathNotices.class, survivor.line()).nanoTimes();
        missed += streams - nanoTimes.length;
        notices.add(nanoTimes);
    }

    /// After all were asked.
    void count() {
        long[] nanoTimes = notices.stream().flatMapToLong(Arrays::stream).toArray();
        long released = Math.min(outputEnded, Arrays.stream(nanoTimes).min().orElse(outputEnded));
        for (long nanoTime : nanoTimes) {
            sinceKill.recordValue(nanoTime - killed);
            sinceRelease.recordValue(nanoTime - released);
        }
    }

    DeathReport.Noticed report() {
        return new DeathReport.Noticed(
                processes, sinceKill.getTotalCount(), missed, Spread.of(sinceKill), Spread.of(sinceRelease));
    }
}
