package net.weft.controller.model;

import java.util.List;
import java.util.OptionalInt;

/**
 * The settings of a link aggregation.
 *
 * @param ports names of its legs, in the order of the file, 1 to {@value #MAX_LEGS}
 * @param lacp whether LACP is spoken, and who begins
 * @param fast whether the partner is asked for a LACPDU a second
 * @param hash what tells flows apart
 * @param minLinks it forwards nothing while fewer legs are usable, 1 to the number of legs
 * @param systemPriority LACP system priority, 0-65535; empty: the default
 * @param waitToRestoreSeconds how long a leg that failed must be well before it is used again, 0-{@value #MAX_WAIT}
 * @param fallback whether exactly one leg forwards while no LACP is heard
 * @param drained names of the legs that an operator has taken out of service
 */
public record LagSettings(List<String> ports, Lacp lacp, boolean fast, Hash hash, int minLinks,
        OptionalInt systemPriority, int waitToRestoreSeconds, boolean fallback, List<String> drained) {
    public static final int MAX_LEGS = 32;
    public static final int MAX_WAIT = 3600;

    /** Whether LACP is spoken. */
    public enum Lacp {
        ACTIVE, PASSIVE, OFF
    }

    /** The header fields by which flows are distinguished. */
    public enum Hash {
        L2, L2_L3, L3_L4;

        /** Returns the word of the file, such as {@code l3+l4}. */
        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT).replace('_', '+');
        }
    }

    public LagSettings {
        ports = List.copyOf(ports);
        drained = List.copyOf(drained);
    }
}
