package net.weft.vpn.packet;

import java.lang.foreign.MemorySegment;
import net.weft.packet.InternetChecksum;
import net.weft.packet.Ipv4;
import net.weft.packet.Ipv6;
import net.weft.packet.NetworkOrder;

/**
 * Explicit congestion notification between a packet and the datagram that carries it, as the kernel's WireGuard does it: the datagram gets
 * the bits of the packet, but "capable" in place of "congestion experienced" (RFC 3168, 9.1.1), and a datagram that has experienced
 * congestion marks the packet, if that is capable (RFC 6040, 4.2).
 */
public final class Ecn {
    public static final int MASK = 3;
    public static final int CONGESTED = 3;
    private static final int CAPABLE = 2;
    private static final int IPV6_CLASS_LOW = 1;
    private static final int IPV6_SHIFT = 4;

    private Ecn() {
    }

    /** Returns the bits of the datagram that carries a packet. */
    public static int outer(MemorySegment packet, long at) {
        int inner = MASK & (Ipv4.version(packet, at) == 4 ? Ipv4.tos(packet, at) : Ipv6.trafficClass(packet, at));
        return inner == CONGESTED ? CAPABLE : inner;
    }

    /** Marks a packet as one that has experienced congestion; one that is not capable of that stays as it is. */
    public static void mark(MemorySegment packet, long at) {
        if (Ipv4.version(packet, at) == 4) {
            int tos = Ipv4.tos(packet, at);
            if ((tos & MASK) == 0 || (tos & MASK) == CONGESTED) {
                return;
            }
            int before = NetworkOrder.getU16(packet, at);
            NetworkOrder.putU8(packet, at + Ipv4.TOS, tos | CONGESTED);
            int checksum = InternetChecksum.update(Ipv4.checksum(packet, at), before,
                    NetworkOrder.getU16(packet, at));
            NetworkOrder.putU16(packet, at + Ipv4.CHECKSUM, checksum);
        } else {
            int octet = NetworkOrder.getU8(packet, at + IPV6_CLASS_LOW);
            if ((octet >>> IPV6_SHIFT & MASK) != 0) {
                NetworkOrder.putU8(packet, at + IPV6_CLASS_LOW, octet | CONGESTED << IPV6_SHIFT);
            }
        }
    }
}
