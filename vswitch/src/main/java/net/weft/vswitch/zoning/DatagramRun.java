package net.weft.vswitch.zoning;

import net.weft.linux.Memory;
import net.weft.vswitch.burst.Burst;

/**
 * Recognizes a run of datagrams in a burst: frames of one port that are alike in all that parsing, guards and policies look at, as those of a
 * stream are. What was found of the first then holds for the others.
 * <p>
 * Only UDP in IPv4 without options, fragments or offloads: of TCP each segment is to be looked at. One thread.
 */
final class DatagramRun {
    /** Bytes from the EtherType on that are compared: the IPv4 header, ports and length. */
    private static final int COMPARED = 28;
    /** EtherType, version, length of the header, type of service, total length; without identification. First byte lowest. */
    private static final long TYPE_TO_LENGTH = 0x0000_FFFF_FFFF_FFFFL;
    /** Fragment, time to live, protocol, half the source; without the checksum. */
    private static final long FRAGMENT_TO_SOURCE = 0xFFFF_0000_FFFF_FFFFL;
    private static final long IPV4_WITHOUT_OPTIONS = 0x45_00_08L;
    private static final long TYPE_AND_VERSION = 0xFF_FF_FFL;
    /** More fragments and the fragment's offset, and the protocol; reserved bit and "don't fragment" may be either. */
    private static final long FRAGMENT_AND_PROTOCOL = 0xFF_00_FF_3FL;
    private static final long WHOLE_UDP = 0x11_00_00_00L;
    private static final int NONE = -1;

    private int port = NONE;
    private int length;
    private int typeOffset;
    private int tag;
    private long macs;
    private long source;
    private long typeToLength;
    private long fragmentToSource;
    private long addressesToPort;
    private int portAndLength;

    /** A new burst begins, or what came last is no beginning of a run. */
    void end() {
        port = NONE;
    }

    /** Whether a frame is like the one before, with which the run began. */
    boolean goesOn(Burst burst, int i) {
        if (burst.port[i] != port || burst.length[i] != length || burst.typeOffset[i] != typeOffset
                || burst.tag[i] != tag || burst.offload[i] != 0 || burst.headLength[i] < typeOffset + COMPARED) {
            return false;
        }
        long head = burst.head(i);
        long ip = head + typeOffset;
        return ((Memory.getLong(head) ^ macs) | (Memory.getLong(head + 4) ^ source)
                | ((Memory.getLong(ip) ^ typeToLength) & TYPE_TO_LENGTH)
                | ((Memory.getLong(ip + 8) ^ fragmentToSource) & FRAGMENT_TO_SOURCE)
                | (Memory.getLong(ip + 16) ^ addressesToPort)
                | (Memory.getInt(ip + 24) ^ portAndLength)) == 0;
    }

    /** A frame that nothing speaks against may begin a run. */
    void begin(Burst burst, int i) {
        int offset = burst.typeOffset[i];
        long head = burst.head(i);
        long ip = head + offset;
        port = NONE;
        if (burst.headLength[i] < offset + COMPARED || burst.offload[i] != 0) {
            return;
        }
        typeToLength = Memory.getLong(ip);
        fragmentToSource = Memory.getLong(ip + 8);
        if ((typeToLength & TYPE_AND_VERSION) != IPV4_WITHOUT_OPTIONS
                || (fragmentToSource & FRAGMENT_AND_PROTOCOL) != WHOLE_UDP) {
            return;
        }
        port = burst.port[i];
        length = burst.length[i];
        typeOffset = offset;
        tag = burst.tag[i];
        macs = Memory.getLong(head);
        source = Memory.getLong(head + 4);
        addressesToPort = Memory.getLong(ip + 16);
        portAndLength = Memory.getInt(ip + 24);
    }
}
