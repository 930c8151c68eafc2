package net.weft.controller.member.packet;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

import net.weft.packet.MacAddress;

/**
 * The description of a packet, or of a set of packets: an empty field matches any value.
 *
 * @param kind protocol of the packet
 * @param from source endpoint
 * @param to destination endpoint
 * @param tags VLAN tags, outer first, each {@code (tpid << 16) | tci}
 * @param etherType EtherType of {@link Kind#ETHER}
 * @param tcpFlags flags as in the TCP header
 * @param length bytes of the frame
 * @param segment payload bytes of the segments into which a super-frame is split
 * @param checksum start of a partial checksum, times 64, plus the offset of its field from there
 * @param raw the frame of {@link Kind#RAW}
 */
public record PacketSpec(Kind kind, Endpoint from, Endpoint to, List<Integer> tags, Optional<MacAddress> sourceMac,
        Optional<MacAddress> destinationMac, int etherType, OptionalInt tcpFlags, OptionalInt ttl, OptionalInt length,
        OptionalInt segment, OptionalInt checksum, byte[] raw) {
    /** The protocol of a packet. */
    public enum Kind {
        ANY, TCP, UDP, ICMP, ICMPV6, ARP, ETHER, RAW
    }

    /**
     * The source or destination of a packet.
     *
     * @param address empty: any
     * @param port TCP or UDP port; empty: any
     */
    public record Endpoint(Optional<InetAddress> address, OptionalInt port) {
        public static final Endpoint ANY = new Endpoint(Optional.empty(), OptionalInt.empty());
    }
}
