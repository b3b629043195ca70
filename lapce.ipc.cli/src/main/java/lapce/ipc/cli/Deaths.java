package lapce.ipc.cli;

import java.io.IOException;
import org.HdrHistogram.Histogram;

/// How long after a kill the blocked readers of other processes learnt of it; all processes of a machine have one clock.
///
/// The system lets go of a dead process's lock and of its standard output in one sweep through its descriptors. So the end of
/// that output, seen by the process that killed it, stands for the release of the lock. A reader that was told before
/// that was seen counts as 0.
final class Deaths {
    private final Histogram sinceKill = ScaleSamples.histogram();
    private final Histogram sinceRelease = ScaleSamples.histogram();
    private int processes;
    private long missed;
    private long killed;
    private long released;

    /// Tells a process to say when so many of its streams' readers have learnt of the death to come.
    void announce(ChildProcess survivor, int streams) throws IOException {
        survivor.order(DeathNotices.ORDER + streams);
    }

    void kill(ChildProcess victim) throws IOException {
        killed = System.nanoTime();
        victim.kill();
        released = System.nanoTime();
        processes++;
    }

    /// Reads what a process says that the death was announced to.
    void collect(ChildProcess survivor, int streams) throws IOException {
        long[] nanoTimes = JsonOption.read(DeathNotices.class, survivor.line()).nanoTimes();
        missed += streams - nanoTimes.length;
        for (long nanoTime : nanoTimes) {
            sinceKill.recordValue(nanoTime - killed);
            sinceRelease.recordValue(Math.max(0, nanoTime - released));
        }
    }

    DeathReport.Noticed report() {
        return new DeathReport.Noticed(
                processes, sinceKill.getTotalCount(), missed, Spread.of(sinceKill), Spread.of(sinceRelease));
    }
}
