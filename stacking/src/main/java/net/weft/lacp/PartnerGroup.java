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

    boolean isIndividual() {
        return individual != 0;
    }
}
