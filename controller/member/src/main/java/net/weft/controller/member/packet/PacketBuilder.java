package net.weft.controller.member.packet;

import java.lang.foreign.MemorySegment;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.weft.controller.member.packet.PacketSpec.Kind;
import net.weft.packet.EtherType;
import net.weft.packet.InternetChecksum;
import net.weft.packet.IpProtocol;
import net.weft.packet.Ipv4;
import net.weft.packet.MacAddress;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.Offload;
import net.weft.vswitch.trace.TracedFrame;

/**
 * Builds the frame of a {@link PacketSpec} with valid checksums, and notes every value that it had to choose itself.
 */
public final class PacketBuilder {
    /** A locally administered MAC address that no host has, with a prefix that Weft assigns to none. */
    private static final MacAddress NOBODY = new MacAddress(0x0257_4500_0001L);
    private static final int SHORTEST = 60;
    private static final int ETHERNET = 14;
    private static final int DEFAULT_TTL = 64;
    private static final int DEFAULT_SOURCE_PORT = 40_000;
    private static final int DEFAULT_DESTINATION_PORT = 80;
    private static final int SYN = 2;

    private final PacketSpec spec;
    private final Optional<MacAddress> station;
    private final List<String> assumptions = new ArrayList<>();

    private PacketBuilder(PacketSpec spec, Optional<MacAddress> station) {
        this.spec = spec;
        this.station = station;
    }

    /**
     * A frame, with the values that were chosen for it.
     *
     * @param assumptions one sentence for each value that the description left out
     */
    public record Built(TracedFrame frame, List<String> assumptions) {
    }

    /**
     * Builds the frame.
     *
     * @param station a MAC address learned on the ingress port, for a packet without a source address
     * @throws IllegalArgumentException if the description leaves out a value that cannot be chosen
     */
    public static Built build(PacketSpec spec, Optional<MacAddress> station) {
        PacketBuilder builder = new PacketBuilder(spec, station);
        TracedFrame frame = spec.kind() == Kind.RAW
                ? new TracedFrame(spec.raw(), builder.offload(0, 0), 0)
                : builder.frame();
        return new Built(frame, List.copyOf(builder.assumptions));
    }

    /** Returns a given frame unchanged. */
    public static Built of(TracedFrame frame) {
        return new Built(frame, List.of());
    }

    private TracedFrame frame() {
        if (spec.kind() == Kind.ANY) {
            throw new IllegalArgumentException(
                    "which packet? expected tcp, udp, icmp, icmpv6, arp, ether or raw and what belongs to it");
        }
        int headers = ETHERNET + 4 * spec.tags().size();
        byte[] packet = switch (spec.kind()) {
            case ARP -> arp();
            case ETHER -> new byte[0];
            default -> ip(headers);
        };
        int wanted = spec.length().orElse(Math.max(SHORTEST, headers + packet.length));
        if (wanted < headers + packet.length) {
            throw new IllegalArgumentException("length " + wanted + ": its headers alone have "
                    + (headers + packet.length) + " bytes");
        }
        ByteBuffer frame = ByteBuffer.allocate(Math.min(wanted, Burst.MAX_FRAME));
        putMac(frame, destination());
        putMac(frame, source());
        spec.tags().forEach(frame::putInt);
        frame.putShort((short) type()).put(packet);
        return new TracedFrame(frame.array(), offload(headers, packet.length), 0);
    }

    private int type() {
        return switch (spec.kind()) {
            case ETHER -> spec.etherType();
            case ARP -> EtherType.ARP;
            default -> isIpv6() ? EtherType.IPV6 : EtherType.IPV4;
        };
    }

    private boolean isIpv6() {
        return address(spec.from(), "source") instanceof Inet6Address;
    }

    private static InetAddress address(PacketSpec.Endpoint side, String which) {
        return side.address().orElseThrow(
                () -> new IllegalArgumentException(
                        "the " + which + " must be an address: any stands for many packets"));
    }

    // ---- Ethernet --------------------------------------------------------------------------------------------------

    private MacAddress source() {
        if (spec.sourceMac().isPresent()) {
            return spec.sourceMac().get();
        }
        MacAddress chosen = station.orElse(NOBODY);
        assumptions.add("src-mac " + chosen + (station.isPresent()
                ? ", which was heard on the port last"
                : ", as none was given and none is known on the port"));
        return chosen;
    }

    private MacAddress destination() {
        if (spec.destinationMac().isPresent()) {
            return spec.destinationMac().get();
        }
        if (spec.kind() == Kind.ARP) {
            return MacAddress.BROADCAST;
        }
        if (spec.kind() != Kind.ETHER) {
            byte[] to = address(spec.to(), "destination").getAddress();
            if (to.length == 4 && (to[0] & 0xf0) == 0xe0) {
                return new MacAddress(0x0100_5e00_0000L | (to[1] & 0x7fL) << 16 | (to[2] & 0xffL) << 8 | to[3] & 0xffL);
            }
            if (to.length == 16 && to[0] == (byte) 0xff) {
                return new MacAddress(0x3333_0000_0000L | Integer.toUnsignedLong(ByteBuffer.wrap(to).getInt(12)));
            }
            if (to.length == 4 && ByteBuffer.wrap(to).getInt() == -1) {
                return MacAddress.BROADCAST;
            }
        }
        MacAddress chosen = new MacAddress(NOBODY.value() + 1);
        assumptions.add("dst-mac " + chosen + ", a station that nobody is; give dst-mac for one of `weft show macs`");
        return chosen;
    }

    private static void putMac(ByteBuffer frame, MacAddress mac) {
        frame.putShort((short) (mac.value() >>> 32)).putInt((int) mac.value());
    }

    // ---- packets ---------------------------------------------------------------------------------------------------

    private byte[] arp() {
        if (isIpv6()) {
            throw new IllegalArgumentException("arp asks for IPv4 addresses; neighbour solicitations are icmpv6");
        }
        ByteBuffer arp = ByteBuffer.allocate(28).putShort((short) 1).putShort((short) EtherType.IPV4).put((byte) 6)
                .put((byte) 4).putShort((short) 1);
        putMac(arp, spec.sourceMac().or(() -> station).orElse(NOBODY));
        arp.put(address(spec.from(), "source").getAddress()).put(new byte[6])
                .put(address(spec.to(), "destination").getAddress());
        return arp.array();
    }

    private byte[] ip(int headers) {
        InetAddress from = address(spec.from(), "source");
        InetAddress to = address(spec.to(), "destination");
        int protocol = protocol();
        int l3 = from instanceof Inet6Address ? 40 : 20;
        int l4 = protocol == IpProtocol.TCP ? 20 : 8;
        int most = 65535 + (l3 == 40 ? 40 : 0);
        int bytes = Math.max(l3 + l4, Math.min(most,
                spec.length().orElse(spec.segment().orElse(0) * 10) - headers));
        ByteBuffer packet = ByteBuffer.allocate(bytes);
        int ttl = spec.ttl().orElse(DEFAULT_TTL);
        if (l3 == 40) {
            packet.putInt(6 << 28).putShort((short) (bytes - l3)).put((byte) protocol).put((byte) ttl)
                    .put(from.getAddress()).put(to.getAddress());
        } else {
            packet.put((byte) 0x45).put((byte) 0).putShort((short) bytes).putInt(0).put((byte) ttl).put((byte) protocol)
                    .putShort((short) 0).put(from.getAddress()).put(to.getAddress());
        }
        transport(packet, protocol, bytes - l3);
        MemorySegment segment = MemorySegment.ofArray(packet.array());
        long pseudo = l3 == 40
                ? InternetChecksum.ipv6PseudoHeader(segment, 0, protocol, bytes - l3)
                : protocol == IpProtocol.ICMP ? 0 : InternetChecksum.ipv4PseudoHeader(segment, 0, protocol, bytes - l3);
        int field = l3 + (protocol == IpProtocol.TCP ? 16 : protocol == IpProtocol.UDP ? 6 : 2);
        packet.putShort(field,
                (short) InternetChecksum.finishUdp(pseudo + InternetChecksum.sum(segment, l3, bytes - l3)));
        if (l3 == 20) {
            Ipv4.fillChecksum(segment, 0);
        }
        return packet.array();
    }

    private int protocol() {
        return switch (spec.kind()) {
            case TCP -> IpProtocol.TCP;
            case UDP -> IpProtocol.UDP;
            case ICMPV6 -> IpProtocol.ICMPV6;
            default -> IpProtocol.ICMP;
        };
    }

    private void transport(ByteBuffer packet, int protocol, int bytes) {
        if (protocol == IpProtocol.TCP || protocol == IpProtocol.UDP) {
            packet.putShort((short) spec.from().port().orElse(DEFAULT_SOURCE_PORT))
                    .putShort((short) spec.to().port().orElse(DEFAULT_DESTINATION_PORT));
        }
        switch (protocol) {
            case IpProtocol.TCP -> packet.putLong(0).put((byte) 0x50).put((byte) spec.tcpFlags().orElse(SYN))
                    .putShort((short) 0xffff).putInt(0);
            case IpProtocol.UDP -> packet.putShort((short) bytes).putShort((short) 0);
            case IpProtocol.ICMPV6 -> packet.put((byte) 128).put(new byte[7]);
            default -> packet.put((byte) 8).put(new byte[7]);
        }
    }

    /** Returns the offload word of the frame. The checksum field is complete nevertheless, but nothing reads it. */
    private long offload(int headers, int packet) {
        int start = spec.checksum().orElse(0) / 64;
        int offset = spec.checksum().orElse(0) % 64;
        if (spec.segment().isEmpty() || packet == 0 || spec.kind() == Kind.ARP) {
            return spec.checksum().isEmpty()
                    ? 0
                    : Offload.of(Offload.NEEDS_CSUM, Offload.GSO_NONE, 0, start, offset, 0);
        }
        int l4 = headers + (isIpv6() ? 40 : 20);
        boolean tcp = spec.kind() == Kind.TCP;
        int type = !tcp ? Offload.GSO_UDP_L4 : isIpv6() ? Offload.GSO_TCPV6 : Offload.GSO_TCPV4;
        return Offload.of(Offload.NEEDS_CSUM, type, spec.segment().getAsInt(), spec.checksum().isEmpty() ? l4 : start,
                spec.checksum().isEmpty() ? tcp ? 16 : 6 : offset, l4 + (tcp ? 20 : 8));
    }
}
