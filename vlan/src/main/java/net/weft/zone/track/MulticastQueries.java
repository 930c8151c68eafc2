package net.weft.zone.track;

import net.weft.packet.IpProtocol;

/**
 * The multicast queries whose answers a policy permits, such as those of SSDP, WS-Discovery and mDNS: hosts answer them
 * from their own addresses, so that no answer belongs to the flow of its query. A query is recorded as a connection to
 * address and port 0, which ends with the time-out of unanswered UDP; until then every UDP packet from the queried zone
 * to the address and port of the query passes. One per worker.
 */
final class MulticastQueries {
    private final ConnectionTable table;
    private final ConnectionLookup lookup;
    private final NewConnection newConnection;
    private final ConnectionTuple query = new ConnectionTuple();
    private final boolean changes;
    /** Whether any policy permits answers. */
    boolean enabled;

    /** @param changes false to record nothing, for traces */
    MulticastQueries(ConnectionTable table, ConnectionLookup lookup, NewConnection newConnection, boolean changes) {
        this.table = table;
        this.lookup = lookup;
        this.newConnection = newConnection;
        this.changes = changes;
    }

    /** Records a query that was allowed, unless it is recorded already. At a limit of connections it has no answers. */
    void record(ConnectionTuple packet, int ingressPort) {
        if (!changes || packet.protocol != IpProtocol.UDP) {
            return;
        }
        packet.destinationHigh = 0;
        packet.destinationLow = 0;
        packet.ports &= 0xffff_0000;
        packet.complete(table);
        lookup.forgetRecent();
        int slot = lookup.find();
        if (slot >= 0 && Layout.epoch(packet.policy) == lookup.epoch) {
            lookup.touch(slot);
            return;
        }
        if (slot >= 0) {
            lookup.forget(slot, packet.state);
        }
        var unused = newConnection.begin(ConnectionState.UDP_UNREPLIED, packet.side, lookup.decision, lookup.epoch,
                lookup.nowSeconds, ingressPort, lookup.limits);
    }

    /** Returns whether a packet that no policy allows answers a query; then the decision is that for the query. */
    boolean answers(ConnectionTuple packet) {
        if (!enabled || packet.protocol != IpProtocol.UDP || !findQuery(packet)) {
            return false;
        }
        lookup.decision = Layout.decision(query.policy);
        lookup.state = PacketState.RELATED;
        return true;
    }

    private boolean findQuery(ConnectionTuple packet) {
        query.vlan = packet.vlan;
        query.from = packet.from;
        query.to = packet.to;
        query.etherType = packet.etherType;
        query.protocol = packet.protocol;
        query.ports = packet.ports & 0xffff;
        query.sourceHigh = 0;
        query.sourceLow = 0;
        query.destinationHigh = packet.destinationHigh;
        query.destinationLow = packet.destinationLow;
        query.complete(table);
        return table.index().find(query) >= 0
                && !ConnectionState.isSilent(query.state, lookup.nowSeconds, lookup.silence)
                && Layout.epoch(query.policy) == lookup.epoch && Layout.beginner(query.state) != query.side;
    }
}
