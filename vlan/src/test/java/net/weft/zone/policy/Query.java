package net.weft.zone.policy;

import net.weft.zone.PolicyLookup;

/** What {@link PolicyLookup#ruling} is asked. */
record Query(int vlan, int from, int to, int etherType, int protocol, int port, long sourceHigh, long sourceLow,
        long destinationHigh, long destinationLow) {
    int ask(PolicyLookup lookup) {
        return lookup.decision(vlan, from, to, etherType, protocol, port, sourceHigh, sourceLow, destinationHigh,
                destinationLow);
    }
}
