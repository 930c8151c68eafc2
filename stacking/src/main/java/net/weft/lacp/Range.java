package net.weft.lacp;

/** Range checks of the numbers that LACP carries. */
final class Range {
    private Range() {
    }

    static void unsigned16(String name, int value) {
        between(name, value, 0, 0xffff);
    }

    static void between(String name, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + " " + value + " is not in " + min + "-" + max);
        }
    }
}
