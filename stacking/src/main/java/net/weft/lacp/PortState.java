package net.weft.lacp;

import java.util.StringJoiner;

/** The bits of Actor_State and Partner_State (IEEE 802.1AX-2014, 6.4.2.3 l). */
public final class PortState {
    public static final int ACTIVITY = 0x01;
    public static final int SHORT_TIMEOUT = 0x02;
    public static final int AGGREGATION = 0x04;
    public static final int SYNCHRONIZATION = 0x08;
    public static final int COLLECTING = 0x10;
    public static final int DISTRIBUTING = 0x20;
    public static final int DEFAULTED = 0x40;
    public static final int EXPIRED = 0x80;

    private static final String[] NAMES = {"active", "short-timeout", "aggregatable", "in-sync", "collecting",
            "distributing", "defaulted", "expired"};

    private PortState() {
    }

    static boolean has(int state, int bit) {
        return (state & bit) != 0;
    }

    static int with(int state, int bit, boolean on) {
        return on ? state | bit : state & ~bit;
    }

    /** The names of the bits that are set, lowest bit first, for example {@code active,aggregatable}. */
    public static String describe(int state) {
        StringJoiner text = new StringJoiner(",");
        for (int bit = 0; bit < NAMES.length; bit++) {
            if (has(state, 1 << bit)) {
                text.add(NAMES[bit]);
            }
        }
        return text.toString();
    }
}
