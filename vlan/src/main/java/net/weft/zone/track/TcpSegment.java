package net.weft.zone.track;

import static net.weft.packet.NetworkOrder.getU8;

import java.lang.foreign.MemorySegment;
import net.weft.packet.EtherType;
import net.weft.packet.HeaderParser;
import net.weft.packet.Ipv4;
import net.weft.packet.Ipv6;
import net.weft.packet.Tcp;

/** The fields of a TCP segment that tracking needs. One per worker, refilled for each packet. */
final class TcpSegment {
    /** The value of {@link #scale} when no window scale was offered. */
    static final int NO_SCALE = 15;
    /** The largest window scale (RFC 7323, 2.3). */
    static final int MAX_SCALE = 14;
    private static final int END_OF_OPTIONS = 0;
    private static final int NO_OPERATION = 1;
    private static final int WINDOW_SCALE = 3;
    private static final int CONTROL = Tcp.FIN | Tcp.SYN | Tcp.RST | Tcp.ACK | Tcp.URG;
    /** The valid combinations of {@link #CONTROL}, one bit each. */
    private static final long LEGAL = bits(Tcp.SYN, Tcp.SYN | Tcp.URG, Tcp.SYN | Tcp.ACK, Tcp.RST, Tcp.RST | Tcp.ACK,
            Tcp.FIN | Tcp.ACK, Tcp.FIN | Tcp.ACK | Tcp.URG, Tcp.ACK, Tcp.ACK | Tcp.URG);

    int flags;
    int sequence;
    /** The sequence number after its last byte; SYN and FIN count. */
    int end;
    int acknowledgment;
    /** The window as on the wire. */
    int window;
    /** The bytes of data. */
    int length;
    /** The window scale of a SYN, or {@link #NO_SCALE}. */
    int scale;
    boolean isFragment;

    private static long bits(int... flags) {
        long bits = 0;
        for (int combination : flags) {
            bits |= 1L << combination;
        }
        return bits;
    }

    /** Reads a segment. @return false for invalid flags */
    boolean read(MemorySegment segment, long frame, long parsed) {
        long tcp = frame + HeaderParser.l4Offset(parsed);
        flags = Tcp.flags(segment, tcp);
        if ((LEGAL >>> (flags & CONTROL) & 1) == 0) {
            return false;
        }
        sequence = Tcp.sequence(segment, tcp);
        acknowledgment = Tcp.acknowledgment(segment, tcp);
        window = Tcp.window(segment, tcp);
        isFragment = HeaderParser.isFragment(parsed);
        int headerLength = Tcp.headerLength(segment, tcp);
        length = packetEnd(segment, frame, parsed) - HeaderParser.l4Offset(parsed) - headerLength;
        end = sequence + length + ((flags & Tcp.SYN) >>> 1) + (flags & Tcp.FIN);
        if (isSyn()) {
            scale = scaleOption(segment, tcp, headerLength);
        }
        return true;
    }

    boolean isSyn() {
        return (flags & Tcp.SYN) != 0;
    }

    boolean isAck() {
        return (flags & Tcp.ACK) != 0;
    }

    boolean isReset() {
        return (flags & Tcp.RST) != 0;
    }

    boolean isFin() {
        return (flags & Tcp.FIN) != 0;
    }

    /** Returns the end of the IP packet, as an offset from the start of the frame. */
    static int packetEnd(MemorySegment segment, long frame, long parsed) {
        int l3 = HeaderParser.l3Offset(parsed);
        return HeaderParser.etherType(parsed) == EtherType.IPV4
                ? l3 + Ipv4.totalLength(segment, frame + l3)
                : l3 + Ipv6.LENGTH + Ipv6.payloadLength(segment, frame + l3);
    }

    private static int scaleOption(MemorySegment segment, long tcp, int headerLength) {
        int at = Tcp.OPTIONS;
        while (at < headerLength) {
            int kind = getU8(segment, tcp + at);
            if (kind == END_OF_OPTIONS) {
                break;
            }
            if (kind == NO_OPERATION) {
                at++;
                continue;
            }
            int optionLength = at + 1 < headerLength ? getU8(segment, tcp + at + 1) : 0;
            if (optionLength < 2 || at + optionLength > headerLength) {
                break;
            }
            if (kind == WINDOW_SCALE && optionLength == 3) {
                return Math.min(getU8(segment, tcp + at + 2), MAX_SCALE);
            }
            at += optionLength;
        }
        return NO_SCALE;
    }
}
