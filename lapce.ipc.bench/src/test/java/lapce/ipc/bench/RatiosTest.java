package lapce.ipc.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class RatiosTest {
    private static Series series(Contender contender, Slice slice, long... perSecond) {
        Series series = new Series(contender.peer(), contender.mode(), slice);
        for (long messages : perSecond) {
            Histogram histogram = new Histogram(3);
            histogram.recordValue(1_000_000_000 / messages);
            series.add(new Rival.Sample(messages, 1_000_000_000, 0, 0, histogram));
        }
        return series;
    }

    /// A machine that is half as fast in one round is so for both.
    @Test
    void aRatioIsTakenWithinEachRound() {
        Slice slice = Slice.oneWay(64, 100);
        List<Ratios.Claim> claims = Ratios.aims(List.of(
                series(Contender.LAPCE_SPINNING, slice, 3000, 1500, 400),
                series(Contender.UNIX_SOCKET, slice, 100, 50, 200)));
        assertEquals(1, claims.size());
        assertEquals("one way 64 B, framed / Unix domain socket", claims.getFirst().name());
        assertEquals(30, claims.getFirst().value());
    }

    @Test
    void aLimitThatIsNotKeptIsSaid() {
        Slice slice = Slice.roundTrip(64, 100, 0);
        List<Ratios.Claim> claims = Ratios.gate(List.of(
                series(Contender.LAPCE_DEFAULT, slice, 1000), series(Contender.UNIX_SOCKET, slice, 1000)));
        assertEquals(1, claims.size());
        assertFalse(claims.getFirst().holds());
    }
}
