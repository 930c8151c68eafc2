package net.weft.controller.cli.show;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

import net.weft.v1.Drop;
import net.weft.v1.Port;
import net.weft.v1.Worker;

/** Computes current rates: the differences of two samples of the counters, per second. */
final class TopRates {
    private static final double NANOS = 1e9;
    private static final int BITS = 8;

    private TopRates() {
    }

    /**
     * A sample of the counters.
     *
     * @param atNs time of the sample on the monotonic clock, in nanoseconds
     */
    record Look(long atNs, List<Port> ports, List<Drop> drops, List<Worker> workers) {
    }

    /**
     * The rates of a port. Rows are sorted by traffic, busiest first; all numbers are per second.
     *
     * @param reasons reasons for which frames are dropped now, most frequent first
     */
    record Row(String port, String state, long rxPackets, long rxBits, long txPackets, long txBits, long drops,
            List<String> reasons) {
    }

    /**
     * A reason for which a port drops frames now.
     *
     * @param packets drops per second
     */
    record Dropping(String port, String reason, long packets, String meaning) {
    }

    static List<Row> between(Look before, Look now) {
        double seconds = seconds(before, now);
        Map<String, Port> old = before.ports().stream().collect(Collectors.toMap(Port::getName, Function.identity()));
        List<Dropping> dropping = dropping(before, now);
        return now.ports().stream().map(port -> {
            Port then = old.getOrDefault(port.getName(), port);
            return new Row(port.getName(), port.getState(),
                    rate(port.getRxPackets() - then.getRxPackets(), seconds),
                    rate(port.getRxBytes() - then.getRxBytes(), seconds) * BITS,
                    rate(port.getTxPackets() - then.getTxPackets(), seconds),
                    rate(port.getTxBytes() - then.getTxBytes(), seconds) * BITS,
                    rate(port.getDropped() - then.getDropped(), seconds), dropping.stream()
                            .filter(drop -> drop.port().equals(port.getName())).map(Dropping::reason).toList());
        }).sorted(Comparator.comparingLong((Row row) -> -row.rxPackets() - row.txPackets())).toList();
    }

    /** Returns the reasons for which frames are dropped now, most frequent first. */
    static List<Dropping> dropping(Look before, Look now) {
        double seconds = seconds(before, now);
        Map<String, Long> old = before.drops().stream()
                .collect(Collectors.toMap(drop -> drop.getPort() + " " + drop.getReason(), Drop::getPackets));
        return now.drops().stream()
                .map(drop -> new Dropping(drop.getPort(), drop.getReason(),
                        rate(drop.getPackets() - old.getOrDefault(drop.getPort() + " " + drop.getReason(), 0L),
                                seconds),
                        drop.getMeaning()))
                .filter(drop -> drop.packets() > 0).sorted(Comparator.comparingLong(drop -> -drop.packets())).toList();
    }

    private static double seconds(Look before, Look now) {
        return Math.max(1e-3, (now.atNs() - before.atNs()) / NANOS);
    }

    /**
     * Returns a rate rounded up, so that a low rate is not displayed as 0. The counters of a port that was recreated
     * between the samples start from 0 again.
     */
    private static long rate(long difference, double seconds) {
        return (long) Math.ceil(Math.max(0, difference) / seconds);
    }
}
