package net.weft.zone.track;

import static net.weft.packet.NetworkOrder.getInt;
import static net.weft.packet.NetworkOrder.getLong;

import java.lang.foreign.MemorySegment;
import net.weft.packet.EtherType;
import net.weft.packet.Icmp;
import net.weft.packet.IpProtocol;
import net.weft.packet.Ipv4;
import net.weft.packet.Ipv6;
import net.weft.zone.PolicyLookup;
import net.weft.zone.Prefix;

/** The connection tuple of a packet. One per worker, refilled for each packet; nothing is allocated. */
final class ConnectionTuple extends ConnectionKey {
    // The fields of the packet.
    int vlan;
    int from;
    int to;
    int etherType;
    int protocol;
    /** Source port 16 bits, destination port 16 bits; for ICMP queries identifier 16 bits, type of the query 8 bits. */
    int ports;
    /** The ICMP type. */
    int type;
    /** True for an ICMP answer: the other side sent the query. */
    boolean isAnswer;
    long sourceHigh;
    long sourceLow;
    long destinationHigh;
    long destinationLow;

    // The fields of the packet that was looked up last.
    private long lastContext;
    private int lastPorts;
    private long lastSourceHigh;
    private long lastSourceLow;
    private long lastDestinationHigh;
    private long lastDestinationLow;

    long hash;

    /** Reads the addresses of an IP packet. */
    void addresses(MemorySegment segment, long ip, int etherType, int protocol, int vlan, int from, int to) {
        this.vlan = vlan;
        this.from = from;
        this.to = to;
        this.etherType = etherType;
        this.protocol = protocol;
        ports = 0;
        isAnswer = false;
        if (etherType == EtherType.IPV4) {
            long both = getLong(segment, ip + Ipv4.SOURCE);
            sourceHigh = 0;
            sourceLow = Prefix.ipv4((int) (both >>> 32));
            destinationHigh = 0;
            destinationLow = Prefix.ipv4((int) both);
        } else {
            sourceHigh = Ipv6.sourceHigh(segment, ip);
            sourceLow = Ipv6.sourceLow(segment, ip);
            destinationHigh = Ipv6.destinationHigh(segment, ip);
            destinationLow = Ipv6.destinationLow(segment, ip);
        }
    }

    /** Reads the ports of TCP or UDP. */
    void ports(MemorySegment segment, long l4) {
        ports = getInt(segment, l4);
    }

    /**
     * Reads identifier and type of an ICMP query or its answer.
     *
     * @return false when the message is neither
     */
    boolean query(MemorySegment segment, long l4) {
        type = Icmp.type(segment, l4);
        int query = IcmpErrors.query(protocol, type);
        if (query < 0) {
            return false;
        }
        ports = Icmp.identifier(segment, l4) << 8 | query;
        isAnswer = query != type;
        return true;
    }

    /** Returns the {@link net.weft.zone.PolicyDecision} for the packet. */
    int ask(PolicyLookup policies) {
        return policies.decision(vlan, from, to, etherType, protocol, isIcmp() ? type : ports & 0xffff,
                sourceHigh, sourceLow, destinationHigh, destinationLow);
    }

    /** Returns the decision for packets of the opposite direction; for an ICMP answer, for the query. */
    int askReversed(PolicyLookup policies) {
        return policies.decision(vlan, to, from, etherType, protocol, isIcmp() ? ports & 0xff : ports >>> 16,
                destinationHigh, destinationLow, sourceHigh, sourceLow);
    }

    boolean isIcmp() {
        return protocol == IpProtocol.ICMP || protocol == IpProtocol.ICMPV6;
    }

    boolean sameAddresses() {
        return sourceLow == destinationLow && sourceHigh == destinationHigh;
    }

    /**
     * Returns whether the packet equals the previous one for which {@link #complete} was called; always false for ICMP.
     */
    boolean isAsBefore() {
        return lastPorts == ports && lastContext == context() && !isIcmp()
                && ((lastSourceLow ^ sourceLow) | (lastDestinationLow ^ destinationLow)
                        | (lastSourceHigh ^ sourceHigh) | (lastDestinationHigh ^ destinationHigh)) == 0;
    }

    private long context() {
        return (long) protocol << 52 | (long) vlan << 40 | (long) from << 28 | (long) to << 16 | etherType;
    }

    /** Computes the key and its hash. */
    void complete(ConnectionTable table) {
        lastContext = context();
        lastPorts = ports;
        lastSourceHigh = sourceHigh;
        lastSourceLow = sourceLow;
        lastDestinationHigh = destinationHigh;
        lastDestinationLow = destinationLow;
        boolean isIcmp = isIcmp();
        long mask = -(isDestinationFirst(isIcmp) ? 1L : 0L);
        long high = (sourceHigh ^ destinationHigh) & mask;
        long low = (sourceLow ^ destinationLow) & mask;
        highA = sourceHigh ^ high;
        highB = destinationHigh ^ high;
        lowA = sourceLow ^ low;
        lowB = destinationLow ^ low;
        side = (int) -mask;
        int pair = isIcmp
                ? ports << 8 | (side ^ (isAnswer ? 1 : 0))
                : Integer.rotateLeft(ports, (int) mask & 16);
        int zones = (from ^ to) & (int) mask;
        tuple = (long) pair << 32 | (long) (from ^ zones) << 20 | (long) (to ^ zones) << 8 | protocol;
        membership = (long) vlan << Layout.VLAN_SHIFT | (etherType == EtherType.IPV6 ? Layout.IS_IPV6 : 0);
        hash = table.index().hash(highA, lowA, highB, lowB, tuple, membership);
    }

    /** Returns whether the destination is the smaller side. */
    private boolean isDestinationFirst(boolean isIcmp) {
        if (sourceHigh != destinationHigh) {
            return Long.compareUnsigned(destinationHigh, sourceHigh) < 0;
        }
        if (sourceLow != destinationLow) {
            return Long.compareUnsigned(destinationLow, sourceLow) < 0;
        }
        return !isIcmp && (ports & 0xffff) < ports >>> 16;
    }
}
