package net.weft.examples.bench.run;

/**
 * One number that is measured once a round for each switch.
 *
 * @param decimals shown
 * @param isResult whether it says something about the switch; else about the conditions it was measured under
 */
public record Quantity(String title, String unit, int decimals, boolean moreIsBetter, boolean isResult) {
}
