package net.weft.controller.cli.show;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

import net.weft.v1.Drop;
import net.weft.v1.Port;
import net.weft.v1.Worker;

/** What happens now: the difference of two looks at the counters, a second. */
final class TopRates {
    private static final double NANOS = 1e9;
    private static final int BITS = 8;

    private TopRates() {
    }

    /** @param atNs monotonic clock */
    record Look(long atNs, List<Port> ports, List<Drop> drops, List<Worker> workers) {
    }

    /**
     * A port, busiest first. All numbers are a second.
     *
     * @param reasons what is dropped now, most first
     */
    record Row(String port, String state, long rxPackets, long rxBits, long txPackets, long txBits, long drops,
            List<String> reasons) {
    }

    /** A reason that is at work now. */
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

    /** Most first. */
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

    /** Rounded up, so that little is not nothing. A port that was made anew meanwhile starts from 0. */
    private static long rate(long difference, double seconds) {
        return (long) Math.ceil(Math.max(0, difference) / seconds);
    }
}
