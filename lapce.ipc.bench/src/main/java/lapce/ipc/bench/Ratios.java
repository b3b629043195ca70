package lapce.ipc.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/// Ratios within a run, of what frames with a checksum do and what others do.
final class Ratios {
    private static final String AERON = Contender.AERON.peer();
    private static final String SOCKET = Contender.UNIX_SOCKET.peer();
    private static final int SMALL = 64; // bytes

    private static final ToDoubleFunction<Rival.Sample> RATE = Rival.Sample::perSecond;
    private static final ToDoubleFunction<Rival.Sample> TRIP = sample -> sample.histogram().getValueAtPercentile(50);

    private final List<Series> all;
    private final List<Claim> claims = new ArrayList<>();

    private Ratios(List<Series> all) {
        this.all = all;
    }

    /// @param least true if the value must be at least the limit, else at most
    record Claim(String name, double value, boolean least, double limit) {
        boolean holds() {
            return least ? value >= limit : value <= limit;
        }

        String aim() {
            return String.format("%s %.2f: %s", least ? "at least" : "at most", limit, holds() ? "yes" : "NO");
        }

        @Override
        public String toString() {
            return String.format("%-60s %8.2f  %s", name, value, aim());
        }
    }

    /// What the project aims at.
    static List<Claim> aims(List<Series> all) {
        Ratios ratios = new Ratios(all);
        ratios.oneWay(SMALL, AERON, 2);
        ratios.oneWay(SMALL, SOCKET, 30);
        ratios.oneWay(1 << 10, AERON, 3);
        for (int bytes : new int[] {64 << 10, 1 << 20}) {
            ratios.oneWay(bytes, AERON, 1.5);
            ratios.oneWay(bytes, SOCKET, 2);
        }
        ratios.oneWay(SMALL, Programs.NODE, 100);
        ratios.trip(Contender.LAPCE_SPINNING, AERON, 0.6);
        ratios.trip(Contender.LAPCE_SPINNING, Programs.LINE, 2);
        ratios.trip(Contender.LAPCE_PARKING, SOCKET, 1);
        ratios.trip(Contender.LAPCE_DEFAULT, SOCKET, 0.15);
        ratios.find(Contender.LAPCE_SPINNING.peer(), Contender.LAPCE_SPINNING.mode(), false, SMALL).ifPresent(spinning -> ratios.claims.add(
                new Claim("round trip 64 B, framed, spinning: p99 in µs", spinning.medianPercentile(99) / 1000, false, 10)));
        return ratios.claims;
    }

    /// What no change may fall behind; doc/lapce.ipc.bench.md says where the limits come from.
    static List<Claim> gate(List<Series> all) {
        Ratios ratios = new Ratios(all);
        ratios.oneWay(SMALL, SOCKET, 3);
        ratios.trip(Contender.LAPCE_SPINNING, Programs.LINE, 12);
        ratios.trip(Contender.LAPCE_DEFAULT, SOCKET, 0.25);
        return ratios.claims;
    }

    static Map<String, String> aimsByName(List<Claim> claims) {
        Map<String, String> byName = new LinkedHashMap<>();
        claims.forEach(claim -> byName.put(claim.name(), claim.aim()));
        return byName;
    }

    static Map<String, Double> byName(List<Claim> claims) {
        Map<String, Double> byName = new LinkedHashMap<>();
        claims.forEach(claim -> byName.put(claim.name(), claim.value()));
        return byName;
    }

    private void oneWay(int bytes, String peer, double least) {
        find(Contender.LAPCE_SPINNING.peer(), Contender.LAPCE_SPINNING.mode(), true, bytes)
                .ifPresent(ours -> find(peer, null, true, bytes).ifPresent(theirs -> claims.add(
                        new Claim("one way " + bytes + " B, framed / " + peer, ours.medianRatio(theirs, RATE), true, least))));
    }

    private void trip(Contender contender, String peer, double most) {
        find(contender.peer(), contender.mode(), false, SMALL)
                .ifPresent(ours -> find(peer, null, false, SMALL).ifPresent(theirs -> claims.add(
                        new Claim("round trip 64 B, " + contender.mode() + " / " + peer, ours.medianRatio(theirs, TRIP), false, most))));
    }

    /// @param mode null for a peer that has but one
    private Optional<Series> find(String peer, String mode, boolean oneWay, int bytes) {
        return all.stream()
                .filter(series -> series.peer().equals(peer) && (mode == null || series.mode().equals(mode)))
                .filter(series -> series.slice().oneWay() == oneWay && series.slice().bytes() == bytes && series.slice().perSecond() == 0)
                .findFirst();
    }
}
