package net.weft.vswitch.offload;

import static net.weft.packet.NetworkOrder.putU16;

import java.lang.foreign.MemorySegment;
import net.weft.linux.Memory;
import net.weft.packet.HeaderParser;
import net.weft.packet.Ipv4;
import net.weft.packet.Ipv6;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.Offload;

/**
 * The frame that is being cut: the offsets of its headers, the remaining payload, and the steps that all kinds of
 * pieces share. The frame itself is never modified, since other ports may receive it whole.
 */
final class SuperFrame {
    private Burst burst;
    private int frame;
    private final PayloadCursor cursor;

    long parsed;
    boolean ipv6;
    boolean tcp;
    int l3;
    int l4;
    /** Offset of the payload of TCP, UDP or SCTP. */
    int payload;
    /** End offset of the IP packet. */
    int end;
    /** The validated offload word. */
    long offload;
    /** Bytes of payload already distributed to pieces. */
    int taken;

    /** Creates an empty object, which must be {@link #start}ed before use. */
    SuperFrame(Burst burst) {
        this.burst = burst;
        cursor = new PayloadCursor(burst);
    }

    /**
     * Starts with a frame that {@link OffloadCheck} validated. Returns false if its headers do not match a validated
     * word.
     */
    boolean start(Burst source, int sourceFrame) {
        burst = source;
        frame = sourceFrame;
        offload = source.offload[sourceFrame];
        parsed = Headers.parse(source, sourceFrame);
        if (!HeaderParser.isL4Complete(parsed) && !(Offload.isSctp(offload) && Headers.isSctp(parsed))) {
            return false;
        }
        ipv6 = Headers.isIpv6(parsed);
        tcp = Headers.isTcp(parsed);
        l3 = HeaderParser.l3Offset(parsed);
        l4 = HeaderParser.l4Offset(parsed);
        payload = Headers.payload(source, sourceFrame, parsed);
        end = Headers.end(source, sourceFrame, parsed);
        taken = 0;
        cursor.start(source, sourceFrame, payload);
        return true;
    }

    /** Bytes of payload not yet distributed. */
    int left() {
        return end - payload - taken;
    }

    int gsoSize() {
        return Offload.gsoSize(offload);
    }

    /** Address of the frame's head. */
    long head() {
        return burst.head(frame);
    }

    /** The memory of the frame's head, which starts at {@link #headOffset}. */
    MemorySegment heads() {
        return burst.heads();
    }

    long headOffset() {
        return burst.headOffset(frame);
    }

    /** Offset of the IPv6 field with the transport protocol number. */
    int lastNextHeader() {
        return Headers.lastNextHeader(burst, frame, parsed);
    }

    /** Returns the sum of the frame from the transport header on, including the content of its checksum field. */
    long transportSum() {
        return Checksums.sum(burst, frame, l4, end);
    }

    /** Appends the whole frame to {@code out}, with a copy of the head and a shared body. Returns its index. */
    int share(Burst out) {
        int index = out.begin(burst.length[frame], burst.port[frame], 0, burst.tag[frame]);
        out.typeOffset[index] = burst.typeOffset[frame];
        out.headLength[index] = burst.headLength[frame];
        Memory.copy(burst.head(frame), out.head(index), burst.headLength[frame]);
        for (int n = 0; n < burst.bodyCount(frame); n++) {
            out.appendBody(index, burst.bodyAddress(frame, n), burst.bodyLength(frame, n));
        }
        return index;
    }

    /**
     * Begins a piece with a copy of the first {@code common} bytes of this frame. Returns its index.
     * @param headers length in bytes of the headers of the piece
     * @param bytes length in bytes of its payload, which {@link #take} appends
     */
    int begin(Burst out, int common, int headers, int bytes) {
        int index = out.begin(headers + bytes, burst.port[frame], 0, burst.tag[frame]);
        out.typeOffset[index] = burst.typeOffset[frame];
        Memory.copy(burst.head(frame), out.head(index), common);
        return index;
    }

    /** Appends the next {@code bytes} bytes of payload to the {@code headers} bytes of the piece. */
    void take(Burst out, int index, int headers, int bytes) {
        cursor.take(out, index, headers, bytes);
        taken += bytes;
    }

    /** Completes the IP header of a piece: length, and for IPv4 identification, fragment field and checksum. */
    void finishIp(Burst out, int index, int identification, int fragment) {
        MemorySegment heads = out.heads();
        long ip = out.headOffset(index) + l3;
        int bytes = out.length[index] - l3;
        if (ipv6) {
            putU16(heads, ip + Ipv6.PAYLOAD_LENGTH, bytes - Ipv6.LENGTH);
        } else {
            putU16(heads, ip + Ipv4.TOTAL_LENGTH, bytes);
            putU16(heads, ip + Ipv4.IDENTIFICATION, identification);
            putU16(heads, ip + Ipv4.FRAGMENT, fragment);
            Ipv4.fillChecksum(heads, ip);
        }
    }
}
