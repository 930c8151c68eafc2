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
 * The frame that is being cut: where its headers are, what is left of its payload, and what all its pieces have in common.
 * The frame itself is never written to, since other ports may get it whole.
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
    /** Where the payload of TCP, UDP or SCTP starts. */
    int payload;
    /** Where the IP packet ends. */
    int end;
    /** Offload word, validated. */
    long offload;
    /** Bytes of the payload dealt out. */
    int taken;

    /** Nothing yet, to be {@link #start}ed. */
    SuperFrame(Burst burst) {
        this.burst = burst;
        cursor = new PayloadCursor(burst);
    }

    /** Takes on a frame that {@link OffloadCheck} has passed. False when its word is not one of these. */
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

    /** Bytes of the payload not yet dealt out. */
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

    /** Where the frame's head is read, from {@link #headOffset} on. */
    MemorySegment heads() {
        return burst.heads();
    }

    long headOffset() {
        return burst.headOffset(frame);
    }

    /** Where the IPv6 field stands that names the transport protocol. */
    int lastNextHeader() {
        return Headers.lastNextHeader(burst, frame, parsed);
    }

    /** Sum of the frame from the transport header on, with what its checksum field holds. */
    long transportSum() {
        return Checksums.sum(burst, frame, l4, end);
    }

    /** The frame as it is, to be finished in place: its head is copied, its body shared. */
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
     * Begins a piece and gives it the first {@code common} bytes of this frame.
     *
     * @param headers bytes before its payload
     * @param bytes of payload, which {@link #take} adds
     */
    int begin(Burst out, int common, int headers, int bytes) {
        int index = out.begin(headers + bytes, burst.port[frame], 0, burst.tag[frame]);
        out.typeOffset[index] = burst.typeOffset[frame];
        Memory.copy(burst.head(frame), out.head(index), common);
        return index;
    }

    /** Moves the next {@code bytes} of payload behind the {@code headers} bytes of the piece. */
    void take(Burst out, int index, int headers, int bytes) {
        cursor.take(out, index, headers, bytes);
        taken += bytes;
    }

    /** Makes the IP header of a piece that of its length. */
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
