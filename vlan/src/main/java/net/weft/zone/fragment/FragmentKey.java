package net.weft.zone.fragment;

import java.lang.foreign.MemorySegment;
import net.weft.packet.EtherType;
import net.weft.packet.HeaderParser;
import net.weft.packet.Ipv4;
import net.weft.packet.Ipv6;
import net.weft.packet.Ipv6Extensions;
import net.weft.packet.Ipv6Fragment;
import net.weft.zone.Prefix;

/**
 * The datagram of a fragment, and the position of the fragment in it. A datagram is identified by addresses,
 * identification and, in IPv4 only, protocol (RFC 791, 3.2; RFC 8200, 4.5); and by VLAN, both zones and ingress port,
 * so that no other port can add to it and no fragment goes where the first one did not. Belongs to one worker; reused
 * for every fragment.
 */
final class FragmentKey {
    /** The unit of fragment offsets in bytes. */
    static final int UNIT = 8;
    private static final int MAX_DATAGRAM = 65535;
    private static final long IS_IPV6 = 1L << 62;

    /** The zones, VLAN, port, protocol and address family. */
    long place;
    long identification;
    long sourceHigh;
    long sourceLow;
    long destinationHigh;
    long destinationLow;
    int port;
    /** The first unit of the fragment. */
    int start;
    /** The unit after the fragment, whose last unit may be partial. */
    int end;
    /** True for the last fragment of the datagram. */
    boolean isLast;

    /** Reads a fragment; returns false if it is invalid: empty, beyond the maximum size, or cut within a unit. */
    boolean read(MemorySegment heads, long frame, long parsed, int vlan, int from, int to, int ingressPort) {
        boolean ipv4 = HeaderParser.etherType(parsed) == EtherType.IPV4;
        long ip = frame + HeaderParser.l3Offset(parsed);
        port = ingressPort;
        place = (long) ingressPort << 45 | (long) to << 32 | (long) from << 20 | (long) vlan << 8;
        int bytes = ipv4 ? ipv4(heads, ip) : ipv6(heads, ip);
        end = start + (bytes + UNIT - 1) / UNIT;
        boolean whole = isLast || bytes % UNIT == 0;
        return bytes > 0 && whole && start * UNIT + bytes <= MAX_DATAGRAM;
    }

    private int ipv4(MemorySegment heads, long ip) {
        place |= Ipv4.protocol(heads, ip);
        identification = Ipv4.identification(heads, ip);
        sourceHigh = 0;
        sourceLow = Prefix.ipv4(Ipv4.source(heads, ip));
        destinationHigh = 0;
        destinationLow = Prefix.ipv4(Ipv4.destination(heads, ip));
        start = Ipv4.fragmentOffset(heads, ip) / UNIT;
        isLast = (Ipv4.flags(heads, ip) & Ipv4.MORE_FRAGMENTS) == 0;
        return Ipv4.totalLength(heads, ip) - Ipv4.headerLength(heads, ip);
    }

    private int ipv6(MemorySegment heads, long ip) {
        long payload = ip + Ipv6.LENGTH;
        int position = Ipv6Extensions.fragmentPosition(heads, payload, Ipv6.nextHeader(heads, ip));
        long fragment = payload + position;
        place |= IS_IPV6;
        identification = Integer.toUnsignedLong(Ipv6Fragment.identification(heads, fragment));
        sourceHigh = Ipv6.sourceHigh(heads, ip);
        sourceLow = Ipv6.sourceLow(heads, ip);
        destinationHigh = Ipv6.destinationHigh(heads, ip);
        destinationLow = Ipv6.destinationLow(heads, ip);
        start = Ipv6Fragment.fragmentOffset(heads, fragment) / UNIT;
        isLast = !Ipv6Fragment.moreFragments(heads, fragment);
        return Ipv6.payloadLength(heads, ip) - position - Ipv6Fragment.LENGTH;
    }

    long hash(long seed) {
        long hash = mix(seed ^ place);
        hash = mix(hash ^ identification);
        hash = mix(hash ^ sourceHigh);
        hash = mix(hash ^ sourceLow);
        hash = mix(hash ^ destinationHigh);
        return mix(hash ^ destinationLow);
    }

    private static long mix(long value) {
        long mixed = (value ^ value >>> 32) * 0x9E37_79B9_7F4A_7C15L;
        mixed = (mixed ^ mixed >>> 29) * 0xBF58_476D_1CE4_E5B9L;
        return mixed ^ mixed >>> 32;
    }
}
