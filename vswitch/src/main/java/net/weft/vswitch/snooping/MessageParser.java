package net.weft.vswitch.snooping;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import net.weft.packet.EtherType;
import net.weft.packet.Icmpv6;
import net.weft.packet.IpProtocol;

/**
 * Parses a frame from the outside in: Ethernet, IP, then the message. The result is empty if any part is invalid. A
 * frame that is too short throws {@link IndexOutOfBoundsException} internally.
 */
final class MessageParser {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final long DEFAULT_INTERVAL_NS = 125 * SECOND_NS;
    private static final long V1_RESPONSE_NS = 10 * SECOND_NS;
    private static final int DEFAULT_ROBUSTNESS = 2;
    private static final int PIM = 103;
    /** Hold time of a PIM hello (RFC 7761, 4.11). */
    private static final long PIM_HOLD_NS = 105 * SECOND_NS;
    /** Number of missed advertisements after which a router counts as gone (RFC 4286, 6.1). */
    private static final int ADVERTISEMENTS = 3;
    private static final int MOST_RECORDS = 256;
    private static final int ETHERNET = 14;
    private static final int IPV6_HEADER = 40;
    private static final int ROUTER_ALERT = 5;

    private final ByteBuffer frame;
    private final boolean ipv6;
    private final int addressBytes;
    private final InetAddress source;
    private final InetAddress destination;

    private MessageParser(ByteBuffer frame, boolean ipv6) {
        this.frame = frame;
        this.ipv6 = ipv6;
        addressBytes = ipv6 ? 16 : 4;
        source = address(frame, ETHERNET + (ipv6 ? 8 : 12));
        destination = address(frame, ETHERNET + (ipv6 ? 24 : 16));
    }

    static Optional<GroupMessage> parse(byte[] bytes) {
        try {
            ByteBuffer frame = ByteBuffer.wrap(bytes);
            return switch (Short.toUnsignedInt(frame.getShort(12))) {
                case EtherType.IPV4 -> new MessageParser(frame, false).ipv4();
                case EtherType.IPV6 -> new MessageParser(frame, true).ipv6();
                default -> Optional.empty();
            };
        } catch (IndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }

    // ---- IP --------------------------------------------------------------------------------------------------------

    private Optional<GroupMessage> ipv4() {
        int header = (frame.get(ETHERNET) & 15) * 4;
        int total = Short.toUnsignedInt(frame.getShort(ETHERNET + 2));
        boolean fragment = (frame.getShort(ETHERNET + 6) & 0x3FFF) != 0;
        if (frame.get(ETHERNET) >> 4 != 4 || header < 20 || fragment || sum(ETHERNET, header, 0) != 0xFFFF) {
            return Optional.empty();
        }
        ByteBuffer body = frame.slice(ETHERNET + header, total - header);
        return switch (frame.get(ETHERNET + 9) & 0xFF) {
            case PIM -> router(PIM_HOLD_NS);
            case IpProtocol.IGMP -> sum(ETHERNET + header, total - header, 0) == 0xFFFF ? igmp(body) : Optional.empty();
            default -> Optional.empty();
        };
    }

    private Optional<GroupMessage> ipv6() {
        int end = ETHERNET + IPV6_HEADER + Short.toUnsignedInt(frame.getShort(ETHERNET + 4));
        int next = frame.get(ETHERNET + 6) & 0xFF;
        int at = ETHERNET + IPV6_HEADER;
        boolean alerts = false;
        if (next == IpProtocol.HOP_BY_HOP) {
            int length = ((frame.get(at + 1) & 0xFF) + 1) * 8;
            alerts = alerts(at + 2, at + length);
            next = frame.get(at) & 0xFF;
            at += length;
        }
        if (next == PIM) {
            return router(PIM_HOLD_NS);
        }
        int pseudo = end - at + IpProtocol.ICMPV6;
        boolean fromThisLink = frame.get(ETHERNET + 7) == 1
                && (source.isLinkLocalAddress() || source.isAnyLocalAddress());
        return frame.get(ETHERNET) >> 4 == 6 && next == IpProtocol.ICMPV6 && fromThisLink
                && sum(at, end - at, sum(ETHERNET + 8, 32, pseudo)) == 0xFFFF
                        ? mld(frame.slice(at, end - at), alerts)
                        : Optional.empty();
    }

    /** Returns whether the options of a hop-by-hop header include a router alert (RFC 2711). */
    private boolean alerts(int from, int end) {
        for (int at = from; at < end;) {
            int type = frame.get(at);
            if (type == ROUTER_ALERT) {
                return true;
            }
            at += type == 0 ? 1 : 2 + (frame.get(at + 1) & 0xFF);
        }
        return false;
    }

    /** Returns the folded one's complement sum: 0xFFFF if the checksum is right. */
    private int sum(int from, int bytes, int start) {
        int sum = start;
        for (int i = from; i < from + bytes; i++) {
            sum += (frame.get(i) & 0xFF) << ((i - from & 1) == 0 ? 8 : 0);
        }
        while (sum >>> 16 != 0) {
            sum = (sum & 0xFFFF) + (sum >>> 16);
        }
        return sum;
    }

    // ---- messages --------------------------------------------------------------------------------------------------

    private Optional<GroupMessage> igmp(ByteBuffer body) {
        int code = body.get(1) & 0xFF;
        return switch (body.get(0) & 0xFF) {
            case 0x11 -> igmpQuery(body, code);
            case 0x12, 0x16 -> report(List.of(address(body, 4)), List.of());
            case 0x17 -> report(List.of(), List.of(address(body, 4)));
            case 0x22 -> records(body);
            case 0x30 -> router(ADVERTISEMENTS * code * SECOND_NS);
            case 0x32 -> router(0);
            default -> Optional.empty();
        };
    }

    /** Parses an IGMP query. A length other than those of the three versions is ignored (RFC 3376, 7.1). */
    private Optional<GroupMessage> igmpQuery(ByteBuffer body, int code) {
        boolean v3 = body.limit() >= 12;
        if (!v3 && body.limit() != 8 || source.isMulticastAddress() || source.isLoopbackAddress()) {
            return Optional.empty();
        }
        long responseNs = code == 0 ? V1_RESPONSE_NS : (v3 ? floating8(code) : code) * SECOND_NS / 10;
        return query(body, 4, v3 ? 8 : 0, responseNs);
    }

    private Optional<GroupMessage> mld(ByteBuffer body, boolean alerts) {
        return switch (body.get(0) & 0xFF) {
            case Icmpv6.MLD_QUERY -> alerts ? mldQuery(body) : Optional.empty();
            case Icmpv6.MLD_REPORT -> report(List.of(address(body, 8)), List.of());
            case Icmpv6.MLD_DONE -> report(List.of(), List.of(address(body, 8)));
            case Icmpv6.MLDV2_REPORT -> records(body);
            case Icmpv6.ROUTER_DISCOVERY_ADVERTISEMENT -> router(ADVERTISEMENTS * (body.get(1) & 0xFF) * SECOND_NS);
            case Icmpv6.ROUTER_DISCOVERY_TERMINATION -> router(0);
            default -> Optional.empty();
        };
    }

    /** Parses an MLD query (RFC 3810, 5.1.14 and 8.1). */
    private Optional<GroupMessage> mldQuery(ByteBuffer body) {
        boolean v2 = body.limit() >= 28;
        if (!v2 && body.limit() != 24 || !source.isLinkLocalAddress()) {
            return Optional.empty();
        }
        int code = Short.toUnsignedInt(body.getShort(4));
        return query(body, 8, v2 ? 24 : 0, (v2 ? floating16(code) : code) * 1_000_000L);
    }

    /**
     * Parses the common part of a query.
     * @param flags offset of S flag, robustness, interval and sources; 0 if the version has none
     */
    private Optional<GroupMessage> query(ByteBuffer body, int groupAt, int flags, long responseNs) {
        InetAddress group = address(body, groupAt);
        Optional<InetAddress> asked = group.isAnyLocalAddress() ? Optional.empty() : Optional.of(group);
        if (!destination.equals(asked.orElse(ipv6 ? QueryFrame.ALL_NODES : QueryFrame.ALL_SYSTEMS)) || !isToItsMac()) {
            return Optional.empty();
        }
        int robustness = flags == 0 ? 0 : body.get(flags) & 7;
        int qqic = flags == 0 ? 0 : body.get(flags + 1) & 0xFF;
        boolean suppressed = flags != 0 && ((body.get(flags) & 8) != 0 || body.getShort(flags + 2) != 0);
        return Optional.of(new GroupMessage.Query(ipv6, source, station(), asked, asked.isPresent() && !suppressed,
                responseNs, robustness == 0 ? DEFAULT_ROBUSTNESS : robustness,
                qqic == 0 ? DEFAULT_INTERVAL_NS : floating8(qqic) * SECOND_NS));
    }

    private boolean isToItsMac() {
        return Long.reverseBytes(frame.getLong(0)) << 16 >>> 16 == GroupTable.mac(destination);
    }

    /** Decodes an 8-bit floating-point value (RFC 3376, 4.1.1). */
    private static long floating8(int code) {
        return code < 128 ? code : (code & 15 | 16L) << (code >> 4 & 7) + 3;
    }

    /** Decodes a 16-bit floating-point value (RFC 3810, 5.1.3). */
    private static long floating16(int code) {
        return code < 32768 ? code : (code & 0xFFF | 0x1000L) << (code >> 12 & 7) + 3;
    }

    private Optional<GroupMessage> report(List<InetAddress> joined, List<InetAddress> left) {
        return Optional.of(new GroupMessage.Report(ipv6, station(), false, joined, left));
    }

    /** Parses the group records of IGMPv3 (RFC 3376, 4.2.4) and MLDv2 (RFC 3810, 5.2.5), which have the same layout. */
    private Optional<GroupMessage> records(ByteBuffer body) {
        List<InetAddress> joined = new ArrayList<>();
        List<InetAddress> left = new ArrayList<>();
        int count = Math.min(Short.toUnsignedInt(body.getShort(6)), MOST_RECORDS);
        int at = 8;
        for (int n = 0; n < count; n++) {
            int sources = Short.toUnsignedInt(body.getShort(at + 2));
            InetAddress group = address(body, at + 4);
            switch (body.get(at)) {
                case 1, 3 -> (sources == 0 ? left : joined).add(group);
                case 2, 4 -> joined.add(group);
                case 5 -> {
                    if (sources > 0) {
                        joined.add(group);
                    }
                }
                default -> {
                }
            }
            at += 4 + addressBytes + sources * addressBytes + (body.get(at + 1) & 0xFF) * 4;
        }
        return Optional.of(new GroupMessage.Report(ipv6, station(), true, joined, left));
    }

    private Optional<GroupMessage> router(long holdNs) {
        return Optional.of(new GroupMessage.Router(ipv6, holdNs));
    }

    private long station() {
        return frame.getLong(4) & 0xFFFF_FFFF_FFFFL;
    }

    private InetAddress address(ByteBuffer from, int at) {
        byte[] address = new byte[addressBytes];
        from.get(at, address);
        try {
            return InetAddress.getByAddress(address);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(Arrays.toString(address), e);
        }
    }
}
