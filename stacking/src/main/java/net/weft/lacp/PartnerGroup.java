package net.weft.lacp;

/**
 * The partner's part of a LAG ID (IEEE 802.1AX-2014, 6.3.6).
 *
 * @param individual the number of this system's leg when the link cannot be aggregated, otherwise 0
 */
record PartnerGroup(SystemId system, int key, int individual) {

    static PartnerGroup of(Leg leg) {
        PortInfo partner = leg.port.partner;
        boolean individual = !partner.has(PortState.AGGREGATION);
        return new PartnerGroup(partner.system(), partner.key(), individual ? leg.number() : 0);
    }

    /** Names the group in 64 bits, the same on every system of which a leg leads there; never 0. */
    long name() {
        long name = 1;
        for (long value : new long[]{system.mac().value(), (long) system.priority() << 32 | key, individual}) {
            long z = name * 0x9E37_79B9_7F4A_7C15L + value;
            z = (z ^ z >>> 30) * 0xBF58_476D_1CE4_E5B9L;
            z = (z ^ z >>> 27) * 0x94D0_49BB_1331_11EBL;
            name = z ^ z >>> 31;
        }
        return name == 0 ? 1 : name;
    }

    boolean isIndividual() {
        return individual != 0;
    }
}
