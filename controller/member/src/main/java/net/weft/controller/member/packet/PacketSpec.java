package net.weft.controller.member.packet;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

import net.weft.packet.MacAddress;

/**
 * A packet in words, or a set of packets: what is empty may be anything.
 *
 * @param tags outer first, each {@code (tpid << 16) | tci}
 * @param etherType of {@link Kind#ETHER}
 * @param tcpFlags flags of TCP as in its header
 * @param length bytes of the frame
 * @param segment payload of the segments a super-frame is to be cut into
 * @param checksum where a partial checksum starts, times 64, plus the offset of its field from there
 * @param raw the frame of {@link Kind#RAW}
 */
public record PacketSpec(Kind kind, Endpoint from, Endpoint to, List<Integer> tags, Optional<MacAddress> sourceMac,
        Optional<MacAddress> destinationMac, int etherType, OptionalInt tcpFlags, OptionalInt ttl, OptionalInt length,
        OptionalInt segment, OptionalInt checksum, byte[] raw) {
    /** What a packet is. */
    public enum Kind {
        ANY, TCP, UDP, ICMP, ICMPV6, ARP, ETHER, RAW
    }

    /**
     * One side.
     *
     * @param address empty: any
     * @param port of TCP and UDP; empty: any
     */
    public record Endpoint(Optional<InetAddress> address, OptionalInt port) {
        public static final Endpoint ANY = new Endpoint(Optional.empty(), OptionalInt.empty());
    }
}
