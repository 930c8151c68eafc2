package net.weft.vswitch.zoning;

import static net.weft.packet.NetworkOrder.getU16;
import static net.weft.packet.NetworkOrder.getU8;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.UnknownHostException;
import net.weft.packet.EtherType;
import net.weft.packet.HeaderParser;
import net.weft.packet.IpProtocol;
import net.weft.packet.Ipv4;
import net.weft.packet.Ipv6;

/**
 * A packet that a policy logs.
 *
 * @param decision {@link net.weft.zone.PolicyDecision}: the policy and its action
 * @param reason ordinal of the drop reason, {@link ZoneFilter#PASS} when it passed
 * @param ingress index of the ingress port
 * @param egress index of the intended egress port
 * @param vlan its VLAN
 * @param from source zone number
 * @param to destination zone number
 * @param what description: protocol, addresses, ports
 */
public record LoggedPacket(int decision, int reason, int ingress, int egress, int vlan, int from, int to, String what) {
    /** Describes a packet, for example {@code tcp 10.10.0.1:4000 > 10.20.0.5:80}. */
    static String describe(MemorySegment head, long headers) {
        int l3 = HeaderParser.l3Offset(headers);
        return switch (HeaderParser.etherType(headers)) {
            case EtherType.IPV4 -> packet(head, headers, l3 + Ipv4.SOURCE, l3 + Ipv4.DESTINATION, 4);
            case EtherType.IPV6 -> packet(head, headers, l3 + Ipv6.SOURCE, l3 + Ipv6.DESTINATION, 16);
            default -> "ether/0x%04x".formatted(HeaderParser.etherType(headers));
        };
    }

    private static String packet(MemorySegment head, long headers, int source, int destination, int bytes) {
        int protocol = HeaderParser.protocol(headers);
        int l4 = HeaderParser.l4Offset(headers);
        boolean complete = HeaderParser.isL4Complete(headers);
        boolean ports = complete && IpProtocol.hasPorts(protocol);
        String name = switch (protocol) {
            case IpProtocol.TCP -> "tcp";
            case IpProtocol.UDP -> "udp";
            case IpProtocol.SCTP -> "sctp";
            case IpProtocol.ICMP -> "icmp";
            case IpProtocol.ICMPV6 -> "icmpv6";
            default -> "proto/" + protocol;
        };
        String type = complete && name.startsWith("icmp") ? "/" + getU8(head, l4) : "";
        return name + type + " " + address(head, source, bytes)
                + (ports ? ":" + getU16(head, l4) : "") + " > " + address(head, destination, bytes)
                + (ports ? ":" + getU16(head, l4 + 2) : "");
    }

    private static String address(MemorySegment head, int at, int bytes) {
        try {
            String text = InetAddress.getByAddress(head.asSlice(at, bytes).toArray(ValueLayout.JAVA_BYTE))
                    .getHostAddress();
            return bytes == 16 ? "[" + text + "]" : text;
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address has " + bytes + " bytes", e);
        }
    }
}
