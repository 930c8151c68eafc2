package net.weft.controller.cli.show;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Formats the lines of {@code weft top}. */
final class TopScreen {
    private static final String ROW = "%-16s %-8s %12s %10s %12s %10s %12s";
    private static final List<String> UNITS = List.of("", "k", "M", "G", "T");
    private static final int THOUSAND = 1000;
    private static final int SHOWN_REASONS = 8;

    private TopScreen() {
    }

    static List<String> lines(TopRates.Look before, TopRates.Look now) {
        List<TopRates.Row> rows = TopRates.between(before, now);
        List<String> lines = new ArrayList<>();
        lines.add("ports " + rows.size() + ", up " + rows.stream().filter(row -> row.state().equals("up")).count()
                + "   received " + amount(rows.stream().mapToLong(TopRates.Row::rxPackets).sum()) + "/s "
                + amount(rows.stream().mapToLong(TopRates.Row::rxBits).sum()) + "b/s   dropped "
                + amount(rows.stream().mapToLong(TopRates.Row::drops).sum()) + "/s");
        now.workers().forEach(worker -> lines.add("worker " + worker.getId() + " " + worker.getState() + ", busy "
                + String.format(Locale.ROOT, "%.1f", worker.getBusyPercent()) + " %"
                + (worker.getStalls() == 0 ? "" : ", " + worker.getStalls() + " stalls since the start")));
        lines.add("");
        lines.add(ROW.formatted("PORT", "STATE", "RX-PACKETS/S", "RX-BITS/S", "TX-PACKETS/S", "TX-BITS/S", "DROPS/S"));
        rows.forEach(row -> lines.add(ROW.formatted(row.port(), row.state(), amount(row.rxPackets()),
                amount(row.rxBits()), amount(row.txPackets()), amount(row.txBits()), amount(row.drops()))));
        List<TopRates.Dropping> dropping = TopRates.dropping(before, now);
        if (!dropping.isEmpty()) {
            lines.add("");
            dropping.stream().limit(SHOWN_REASONS).forEach(drop -> lines.add(
                    drop.port() + " " + drop.reason() + " " + amount(drop.packets()) + "/s: " + drop.meaning()));
        }
        return lines;
    }

    /** Returns a number with three digits and a unit, {@code 1.05M}. */
    static String amount(long value) {
        double shown = value;
        int unit = 0;
        while (shown >= THOUSAND && unit < UNITS.size() - 1) {
            shown /= THOUSAND;
            unit++;
        }
        int decimals = unit == 0 || shown >= 100 ? 0 : shown >= 10 ? 1 : 2;
        return String.format(Locale.ROOT, "%." + decimals + "f", shown) + UNITS.get(unit);
    }
}
