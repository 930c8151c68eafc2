package net.weft.vlan;

/** The range of VLAN identifiers: 0 is a priority tag, 4095 is reserved (IEEE 802.1Q-2022, table 9-2). */
public final class VlanId {
    public static final int MIN = 1;
    public static final int MAX = 4094;
    /** The VID of a priority tag, which carries a priority but no VLAN. */
    public static final int PRIORITY = 0;
    /** The reserved VID: never on the wire, never configured. */
    public static final int RESERVED = 4095;

    private VlanId() {
    }

    public static boolean isValid(int vid) {
        return vid >= MIN && vid <= MAX;
    }

    /**
     * Returns the VID.
     *
     * @throws IllegalArgumentException unless it is 1-4094
     */
    public static int require(int vid) {
        if (!isValid(vid)) {
            throw notAnId(Integer.toString(vid));
        }
        return vid;
    }

    /**
     * Parses decimal digits without sign; surrounding blanks are ignored.
     *
     * @throws IllegalArgumentException unless the number is 1-4094
     */
    public static int parse(String text) {
        String digits = text.strip();
        if (digits.isEmpty() || digits.length() > 4 || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw notAnId(quote(digits));
        }
        return require(Integer.parseInt(digits));
    }

    private static String quote(String text) {
        return text.isEmpty() ? "an empty text" : text.length() > 20 ? text.substring(0, 20) + "..." : text;
    }

    private static IllegalArgumentException notAnId(String value) {
        return new IllegalArgumentException(value + " is not a VLAN ID (" + MIN + "-" + MAX + ")");
    }
}
