package net.weft.examples.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import net.weft.examples.bench.Results.Spread;

/** All of a run as one page of Markdown. */
record Report(List<String> machine, String settings, Results results, Map<Contender, List<String>> configurations,
        Map<Contender, String> accounts) {
    /** Above this, others had enough of the machine to move the numbers. */
    private static final double BUSY_PERCENT = 10;

    String markdown() {
        StringBuilder page = new StringBuilder("# Weft beside its peers\n\n");
        machine.forEach(line -> page.append("- ").append(line).append('\n'));
        page.append("- run: ").append(settings).append('\n');
        page.append("\nThe ratio is Weft divided by the switch of that row, taken round by round.\n");
        if (wasBusy()) {
            page.append("\n**Others used this machine meanwhile; the numbers are noisy.**\n");
        }
        for (Metric metric : Metric.values()) {
            if (configurations.keySet().stream().anyMatch(contender -> results.has(metric, contender))) {
                table(page, metric);
            }
        }
        page.append("\n## Configuration\n");
        configurations.forEach((contender, lines) -> block(page, contender, String.join("\n", lines)));
        page.append("\n## What the switches say\n");
        accounts.forEach((contender, account) -> block(page, contender, account));
        return page.toString();
    }

    private boolean wasBusy() {
        return configurations.keySet().stream().filter(contender -> results.has(Metric.BACKGROUND, contender))
                .anyMatch(contender -> results.spread(Metric.BACKGROUND, contender).max() > BUSY_PERCENT);
    }

    private void table(StringBuilder page, Metric metric) {
        page.append("\n## ").append(metric.title).append(", ").append(metric.unit).append("\n\n")
                .append(metric.isResult() ? (metric.moreIsBetter ? "More" : "Less") + " is better.\n\n" : "")
                .append("| switch | median | min | max | ratio, median | min | max |\n")
                .append("|---|---:|---:|---:|---:|---:|---:|\n");
        for (Contender contender : configurations.keySet()) {
            if (results.has(metric, contender)) {
                page.append("| ").append(contender.label).append(" | ")
                        .append(cells(results.spread(metric, contender), metric.decimals)).append(" | ")
                        .append(ratioCells(metric, contender)).append(" |\n");
            }
        }
    }

    private String ratioCells(Metric metric, Contender contender) {
        double[] ratios = results.ratios(metric, contender);
        boolean comparable = contender != contender.reference() && metric.isResult() && ratios.length > 0;
        return comparable ? cells(Spread.of(ratios), 2) : "| |";
    }

    private static String cells(Spread spread, int decimals) {
        return String.join(" | ", Arrays.stream(new double[]{spread.median(), spread.min(), spread.max()})
                .mapToObj(value -> number(value, decimals)).toList());
    }

    static String number(double value, int decimals) {
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }

    private static void block(StringBuilder page, Contender contender, String text) {
        if (!text.isBlank()) {
            page.append("\n### ").append(contender.label).append("\n\n```\n").append(text.strip()).append("\n```\n");
        }
    }
}
