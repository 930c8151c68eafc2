package net.weft.vswitch.offload;

import static net.weft.packet.NetworkOrder.putU16;
import static net.weft.vswitch.burst.Offload.GSO_ECN;
import static net.weft.vswitch.burst.Offload.GSO_NONE;
import static net.weft.vswitch.burst.Offload.GSO_TCPV4;
import static net.weft.vswitch.burst.Offload.GSO_TCPV6;
import static net.weft.vswitch.burst.Offload.GSO_UDP;
import static net.weft.vswitch.burst.Offload.GSO_UDP_L4;
import static net.weft.vswitch.burst.Offload.NEEDS_CSUM;

import net.weft.packet.HeaderParser;
import net.weft.packet.InternetChecksum;
import net.weft.packet.IpProtocol;
import net.weft.packet.Ipv6;
import net.weft.packet.Ipv6Fragment;
import net.weft.packet.Tcp;
import net.weft.packet.Udp;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.burst.Offload;

/**
 * Validates the virtio-net header of a received frame against the headers in its private head. Later stages write
 * checksums and cut the frame at the offsets of this header, so nothing in it is trusted: a partial checksum must
 * belong to the TCP, UDP or SCTP header found by parsing, a segmentation type must match the protocol of the frame, and
 * the lengths must match the frame. A valid header is rewritten into its canonical form: offsets as parsed, {@code
 * DATA_VALID} cleared, no segmentation if one segment holds the whole payload.
 * <p>
 * Fragments must not carry offloads, since their checksum spans other frames. Authentication headers and atomic IPv6
 * fragments are refused too, and routing headers with TCP and UDP segmentation, whose pseudo header names an address
 * that is not in the destination field (RFC 8200, 8.1).
 * <p>
 * Stateless; nothing is allocated.
 */
public final class OffloadCheck {
    /** Result of {@link #validate}: the header is valid. */
    public static final int PASS = -1;
    /**
     * Least TCP segment size in bytes: the smallest MSS that Linux sends with (48, {@code tcp_min_snd_mss}) minus a
     * timestamp option. A lower value turns 64 KiB into thousands of frames and occurs in attacks only
     * (CVE-2019-11479).
     */
    public static final int MIN_TCP_SEGMENT = 36;
    /**
     * Maximum number of datagrams of one UDP super-frame, as in Linux ({@code UDP_MAX_SEGMENTS}). Datagrams may have
     * any size.
     */
    public static final int MAX_DATAGRAMS = 128;
    /** Least fragment size in bytes: the payload that fits the smallest IPv4 MTU of 68 bytes (RFC 791, 3.2). */
    public static final int MIN_FRAGMENT = 48;

    private static final int BAD = DropReason.BAD_OFFLOAD.ordinal();
    private static final int MALFORMED = DropReason.MALFORMED.ordinal();
    private static final int TOO_LONG = DropReason.HEADER_TOO_LONG.ordinal();
    private static final long NEVER = 1L << IpProtocol.AH | 1L << IpProtocol.FRAGMENT;
    private static final long NOT_SEGMENTED = 1L << IpProtocol.ROUTING;

    private OffloadCheck() {
    }

    /**
     * Validates and rewrites the offload word of a frame whose outer tag is metadata already.
     * @return {@link #PASS}, or the ordinal of the {@link DropReason}: BAD_OFFLOAD, MALFORMED or HEADER_TOO_LONG
     */
    public static int validate(Burst burst, int frame) {
        long word = burst.offload[frame];
        boolean partial = Offload.needsChecksum(word);
        int type = Offload.gsoType(word);
        if (!partial && type == GSO_NONE) {
            burst.offload[frame] = 0;
            return Offload.ecn(word) ? BAD : PASS;
        }
        long parsed = Headers.parse(burst, frame);
        if (Headers.isSctp(parsed)) {
            return sctp(burst, frame, parsed, word);
        }
        boolean tcp = Headers.isTcp(parsed);
        if (!HeaderParser.isL4Complete(parsed) || (!tcp && HeaderParser.protocol(parsed) != IpProtocol.UDP)) {
            return HeaderParser.isMalformed(parsed) ? MALFORMED : HeaderParser.isTooLong(parsed) ? TOO_LONG : BAD;
        }
        int l4 = HeaderParser.l4Offset(parsed);
        int checksumField = tcp ? Tcp.CHECKSUM : Udp.CHECKSUM;
        if (HeaderParser.isFragment(parsed)
                || (partial && (Offload.csumStart(word) != l4 || Offload.csumOffset(word) != checksumField))
                || (Offload.ecn(word) && type != GSO_TCPV4 && type != GSO_TCPV6)
                || (Headers.isIpv6(parsed) && !extensionsAllow(burst, frame, parsed, type))) {
            return BAD;
        }
        return switch (type) {
            case GSO_NONE -> accept(burst, frame, parsed, NEEDS_CSUM, GSO_NONE, 0);
            case GSO_TCPV4, GSO_TCPV6 -> tcp(burst, frame, parsed, word);
            case GSO_UDP_L4 -> datagrams(burst, frame, parsed, word);
            case GSO_UDP -> fragments(burst, frame, parsed, word);
            default -> BAD;
        };
    }

    /**
     * Validates SCTP, which leaves its CRC32c open over the whole packet (RFC 9260, 6.8); virtio has no segmentation of
     * SCTP.
     */
    private static int sctp(Burst burst, int frame, long first, long word) {
        boolean beyond = HeaderParser.l4Offset(first) == 0
                && burst.extendHead(frame, Math.min(burst.length[frame], Burst.HEAD_LIMIT));
        long parsed = beyond ? Headers.parse(burst, frame) : first;
        int l4 = HeaderParser.l4Offset(parsed);
        if (l4 == 0 || HeaderParser.isFragment(parsed) || Offload.gsoType(word) != GSO_NONE || Offload.ecn(word)
                || Offload.csumStart(word) != l4 || Offload.csumOffset(word) != Offload.SCTP_CHECKSUM_OFFSET
                || (Headers.isIpv6(parsed) && !extensionsAllow(burst, frame, parsed, GSO_NONE))) {
            return HeaderParser.isMalformed(parsed) ? MALFORMED : HeaderParser.isTooLong(parsed) ? TOO_LONG : BAD;
        }
        int header = l4 + Headers.SCTP_LENGTH;
        if (header > Headers.end(burst, frame, parsed)) {
            return MALFORMED;
        }
        if (header > burst.headLength[frame] && !burst.extendHead(frame, header)) {
            return TOO_LONG;
        }
        burst.offload[frame] = Offload.of(NEEDS_CSUM, GSO_NONE, 0, l4, Offload.SCTP_CHECKSUM_OFFSET, header);
        return PASS;
    }

    private static boolean extensionsAllow(Burst burst, int frame, long parsed, int type) {
        if (HeaderParser.l4Offset(parsed) == HeaderParser.l3Offset(parsed) + Ipv6.LENGTH) {
            return true;
        }
        boolean segmented = type != GSO_NONE && type != GSO_UDP;
        return (Headers.extensions(burst, frame, parsed) & (segmented ? NEVER | NOT_SEGMENTED : NEVER)) == 0;
    }

    private static int tcp(Burst burst, int frame, long parsed, long word) {
        int type = Offload.gsoType(word);
        if (!Headers.isTcp(parsed) || Headers.isIpv6(parsed) != (type == GSO_TCPV6)) {
            return BAD;
        }
        int size = Offload.gsoSize(word);
        int end = Headers.end(burst, frame, parsed);
        if (end - Headers.payload(burst, frame, parsed) <= size) {
            return accept(burst, frame, parsed, Offload.flags(word), GSO_NONE, 0);
        }
        if (size < MIN_TCP_SEGMENT) {
            return BAD;
        }
        if (end != burst.length[frame]) {
            return MALFORMED;
        }
        if (!Offload.needsChecksum(word)) {
            makePartial(burst, frame, parsed, end);
        }
        return accept(burst, frame, parsed, NEEDS_CSUM, type | (Offload.ecn(word) ? GSO_ECN : 0), size);
    }

    /**
     * Writes the partial checksum that a sender would have left (virtio 1.2, 5.1.6.2) into a super-frame that requests
     * no checksum because it was verified while the frame was assembled (large receive offload). Its segments need new
     * checksums; Linux does the same before segmentation.
     */
    private static void makePartial(Burst burst, int frame, long parsed, int end) {
        int l4 = HeaderParser.l4Offset(parsed);
        long seed = Checksums.pseudoHeader(burst, frame, parsed, IpProtocol.TCP, end - l4);
        putU16(burst.heads(), burst.headOffset(frame) + l4 + Tcp.CHECKSUM, InternetChecksum.fold(seed));
    }

    private static int datagrams(Burst burst, int frame, long parsed, long word) {
        if (Headers.isTcp(parsed) || !Offload.needsChecksum(word)) {
            return BAD;
        }
        int size = Offload.gsoSize(word);
        int end = Headers.end(burst, frame, parsed);
        int payload = end - Headers.payload(burst, frame, parsed);
        if (payload <= size) {
            return accept(burst, frame, parsed, NEEDS_CSUM, GSO_NONE, 0);
        }
        if (payload > size * MAX_DATAGRAMS) {
            return BAD;
        }
        return end == burst.length[frame] ? accept(burst, frame, parsed, NEEDS_CSUM, GSO_UDP_L4, size) : MALFORMED;
    }

    private static int fragments(Burst burst, int frame, long parsed, long word) {
        if (Headers.isTcp(parsed)) {
            return BAD;
        }
        int size = Offload.gsoSize(word);
        int l4 = HeaderParser.l4Offset(parsed);
        int datagram = Headers.end(burst, frame, parsed) - l4;
        if (datagram <= size) {
            return accept(burst, frame, parsed, Offload.flags(word), GSO_NONE, 0);
        }
        if (size < MIN_FRAGMENT) {
            return BAD;
        }
        if (l4 + datagram != burst.length[frame]
                || Udp.datagramLength(burst.heads(), burst.headOffset(frame) + l4) != datagram) {
            return MALFORMED;
        }
        if (l4 + Udp.LENGTH + Ipv6Fragment.LENGTH > Burst.HEAD_LIMIT) {
            return TOO_LONG;
        }
        return accept(burst, frame, parsed, Offload.flags(word), GSO_UDP, size);
    }

    private static int accept(Burst burst, int frame, long parsed, int flags, int type, int size) {
        int l4 = HeaderParser.l4Offset(parsed);
        boolean partial = (flags & NEEDS_CSUM) != 0;
        int checksumField = Headers.isTcp(parsed) ? Tcp.CHECKSUM : Udp.CHECKSUM;
        burst.offload[frame] = !partial && type == GSO_NONE
                ? 0
                : Offload.of(flags & NEEDS_CSUM, type, size, partial ? l4 : 0, partial ? checksumField : 0,
                        Headers.payload(burst, frame, parsed));
        return PASS;
    }
}
