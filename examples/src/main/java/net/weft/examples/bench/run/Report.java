package net.weft.examples.bench.run;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import net.weft.examples.bench.run.Results.Spread;

/**
 * A whole run as one page of Markdown.
 *
 * @param notes sentences that the reader needs, may be empty
 * @param quantities in the order of the tables
 */
public record Report(List<String> machine, String settings, List<String> notes, List<Quantity> quantities,
        Results results, Map<? extends Subject, List<String>> configurations,
        Map<? extends Subject, String> accounts) {
    /** Above this share, other processes used enough of the machine to change the numbers. */
    private static final double BUSY_PERCENT = 10;

    /** The page. */
    public String markdown() {
        StringBuilder page = new StringBuilder("# Weft beside its peers\n\n");
        machine.forEach(line -> page.append("- ").append(line).append('\n'));
        page.append("- run: ").append(settings).append('\n');
        page.append("\nThe ratio is Weft divided by the switch of that row, taken round by round.\n");
        notes.forEach(note -> page.append('\n').append(note).append('\n'));
        if (wasBusy()) {
            page.append("\n**Others used this machine meanwhile; the numbers are noisy.**\n");
        }
        for (Quantity quantity : quantities) {
            if (configurations.keySet().stream().anyMatch(contender -> results.has(quantity, contender))) {
                table(page, quantity);
            }
        }
        page.append("\n## Configuration\n");
        configurations.forEach((contender, lines) -> block(page, contender, String.join("\n", lines)));
        page.append("\n## What the switches say\n");
        accounts.forEach((contender, account) -> block(page, contender, account));
        return page.toString();
    }

    private boolean wasBusy() {
        return configurations.keySet().stream().filter(contender -> results.has(Results.BACKGROUND, contender))
                .anyMatch(contender -> results.spread(Results.BACKGROUND, contender).max() > BUSY_PERCENT);
    }

    private void table(StringBuilder page, Quantity quantity) {
        page.append("\n## ").append(quantity.title()).append(", ").append(quantity.unit()).append("\n\n")
                .append(quantity.isResult() ? (quantity.moreIsBetter() ? "More" : "Less") + " is better.\n\n" : "")
                .append("| switch | median | min | max | ratio, median | min | max |\n")
                .append("|---|---:|---:|---:|---:|---:|---:|\n");
        for (Subject contender : configurations.keySet()) {
            if (results.has(quantity, contender)) {
                page.append("| ").append(contender.label()).append(" | ")
                        .append(cells(results.spread(quantity, contender), quantity.decimals())).append(" | ")
                        .append(ratioCells(quantity, contender)).append(" |\n");
            }
        }
    }

    private String ratioCells(Quantity quantity, Subject contender) {
        double[] ratios = results.ratios(quantity, contender);
        boolean comparable = contender != contender.reference() && quantity.isResult() && ratios.length > 0;
        return comparable ? cells(Spread.of(ratios), 2) : "| |";
    }

    private static String cells(Spread spread, int decimals) {
        return String.join(" | ", Arrays.stream(new double[]{spread.median(), spread.min(), spread.max()})
                .mapToObj(value -> number(value, decimals)).toList());
    }

    /** Formats a number with a decimal point, whatever the locale. */
    public static String number(double value, int decimals) {
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }

    private static void block(StringBuilder page, Subject contender, String text) {
        if (!text.isBlank()) {
            page.append("\n### ").append(contender.label()).append("\n\n```\n").append(text.strip()).append("\n```\n");
        }
    }
}
