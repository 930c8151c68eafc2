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

/** Which connection a packet belongs to, read from the packet. One per worker, filled anew for each packet; nothing is allocated. */
final class ConnectionTuple extends ConnectionKey {
    // as the packet says
    int vlan;
    int from;
    int to;
    int etherType;
    int protocol;
    /** Source port 16, destination port 16; for ICMP queries identifier 16, the query's type 8. */
    int ports;
    /** Of ICMP. */
    int type;
    /** An ICMP answer: the other side has asked. */
    boolean isAnswer;
    long sourceHigh;
    long sourceLow;
    long destinationHigh;
    long destinationLow;

    // as the packet said whose connection was looked for last
    private long lastContext;
    private int lastPorts;
    private long lastSourceHigh;
    private long lastSourceLow;
    private long lastDestinationHigh;
    private long lastDestinationLow;

    long hash;

    /** Takes the addresses of an IP packet. */
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

    /** Takes the ports of TCP or UDP. */
    void ports(MemorySegment segment, long l4) {
        ports = getInt(segment, l4);
    }

    /**
     * Takes identifier and type of an ICMP query or its answer.
     *
     * @return false when it is neither
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

    /** What the policies say of the packet. */
    int ask(PolicyLookup policies) {
        return policies.decision(vlan, from, to, etherType, protocol, isIcmp() ? type : ports & 0xffff,
                sourceHigh, sourceLow, destinationHigh, destinationLow);
    }

    /** What the policies say of the packets that go the other way; of an ICMP answer, of the query. */
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

    /** Whether the packet says the same as the one before for which {@link #complete} was called; not asked of ICMP. */
    boolean isAsBefore() {
        return lastPorts == ports && lastContext == context() && !isIcmp()
                && ((lastSourceLow ^ sourceLow) | (lastDestinationLow ^ destinationLow)
                        | (lastSourceHigh ^ sourceHigh) | (lastDestinationHigh ^ destinationHigh)) == 0;
    }

    private long context() {
        return (long) protocol << 52 | (long) vlan << 40 | (long) from << 28 | (long) to << 16 | etherType;
    }

    /** Puts it in order. */
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

    /** Whether the destination is the smaller. IPv4 in its IPv6 form is never negative, so a difference has the sign of the order. */
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
