package net.weft.examples.lab;

import java.lang.foreign.MemorySegment;
import net.weft.packet.InternetChecksum;
import net.weft.packet.NetworkOrder;

/** Untagged IPv4 frames with TCP as a plain cable carries them: no longer than the MTU allows, lengths and checksums right. */
public final class FinishedFrames {
    private static final int ETHERNET = 14;
    private static final int IPV4 = 0x0800;
    private static final int TCP = 6;

    private FinishedFrames() {
    }

    /** Whether a frame is IPv4 and carries TCP. */
    public static boolean isTcp(byte[] frame) {
        MemorySegment bytes = MemorySegment.ofArray(frame);
        return frame.length > ETHERNET + 20 && NetworkOrder.getU16(bytes, 12) == IPV4
                && frame[ETHERNET + 9] == TCP;
    }

    /** What is wrong with a TCP frame, {@code ""} when nothing is. @param mtu bytes of the longest IP packet */
    public static String fault(byte[] frame, int mtu) {
        MemorySegment bytes = MemorySegment.ofArray(frame);
        int header = (frame[ETHERNET] & 0xF) * 4;
        int packet = NetworkOrder.getU16(bytes, ETHERNET + 2);
        int segment = packet - header;
        if (frame.length - ETHERNET > mtu) {
            return frame.length - ETHERNET + " bytes, longer than the MTU of " + mtu;
        }
        if (packet > frame.length - ETHERNET || segment < 20) {
            return "an IP length of " + packet + " in a frame of " + frame.length;
        }
        if (InternetChecksum.finish(InternetChecksum.sum(bytes, ETHERNET, header)) != 0) {
            return "the IP header's checksum";
        }
        long sum = InternetChecksum.ipv4PseudoHeader(bytes, ETHERNET, TCP, segment)
                + InternetChecksum.sum(bytes, ETHERNET + header, segment);
        return InternetChecksum.finish(sum) != 0 ? "the TCP checksum" : "";
    }
}
