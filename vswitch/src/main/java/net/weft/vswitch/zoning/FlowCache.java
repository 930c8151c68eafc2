package net.weft.vswitch.zoning;

import net.weft.linux.Memory;
import net.weft.packet.EtherType;
import net.weft.packet.HeaderParser;
import net.weft.packet.IpProtocol;
import net.weft.packet.Ipv4;
import net.weft.packet.Tcp;
import net.weft.packet.Udp;
import net.weft.vswitch.burst.Burst;
import net.weft.zone.track.Tracker;

/**
 * Recognizes frames that are like one which guards and policies have let pass: of the same port, MAC addresses, IP addresses and ports. What was
 * found of that one then holds, until the configuration changes ({@link #forget}): {@link HeaderParser} would find the same headers, the guard ask the
 * same questions, and the connection is known by its number, which {@link Tracker#resume} makes sure of.
 * <p>
 * Two-way associative; a new flow takes the place of an older one. UDP and TCP in IPv4 without options or fragments: of these, what may differ
 * from frame to frame, the lengths, is checked here, and the numbers of TCP by the tracker. One thread; nothing is allocated per frame.
 */
final class FlowCache {
    /** Flows remembered. */
    static final int CAPACITY = 1 << 12;
    private static final int NONE = -1;

    private static final int WAYS = 2;
    private static final int SET_BITS = 11;
    /** From the type field on: it, and the header of IPv4. */
    private static final int L4 = 2 + Ipv4.MIN_LENGTH;
    /** EtherType, version and length of the header, as a word in the order of the machine has them. */
    private static final long TYPE_AND_VERSION = 0xFF_FF_FFL;
    private static final long IPV4_WITHOUT_OPTIONS = 0x45_00_08L;
    /** More fragments and the fragment's offset, and the protocol; reserved bit and "don't fragment" may be either. */
    private static final long FRAGMENT_AND_PROTOCOL = 0xFF_00_FF_3FL;
    private static final int PROTOCOL_SHIFT = 24;
    private static final long WHOLE_UDP = (long) IpProtocol.UDP << PROTOCOL_SHIFT;
    private static final long WHOLE_TCP = (long) IpProtocol.TCP << PROTOCOL_SHIFT;
    private static final long MULTIPLIER = 0x9E37_79B9_7F4A_7C15L;

    // an entry's words
    private static final int WORDS = 8;
    private static final int MACS = 0;
    /** The rest of the source MAC, the port, and the IP protocol. */
    private static final int SOURCE = 1;
    private static final int ADDRESSES = 2;
    /** UDP ports, and {@link #generation}. */
    private static final int PORTS = 3;
    /** VLAN and egress port that it was judged for. */
    private static final int WAY = 4;
    private static final int RULING = 5;
    private static final int IN_SOURCE_PORT_SHIFT = 32;
    private static final int IN_SOURCE_PROTOCOL_SHIFT = 48;

    private final Tracker tracker;
    private final long[] entries = new long[CAPACITY * WORDS];
    /** Of each frame of the burst. */
    private final int[] flow = new int[Burst.CAPACITY];
    /** Of the frame judged last, if it was let pass because of that. */
    private int passing = NONE;
    /** Of entries that hold. */
    private int generation = 1;
    private int turn;

    // of the frame read last
    private int set;
    private long macs;
    private long source;
    private long addresses;
    private long ports;

    /** @param tracker remembers connections by the numbers of flows here */
    FlowCache(Tracker tracker) {
        this.tracker = tracker;
    }

    /** Forgets all. */
    void forget() {
        generation++;
    }

    /** A burst begins. */
    void begin() {
        passing = NONE;
    }

    /** Looks whether a frame is like one that was let pass. */
    boolean knows(Burst burst, int i) {
        int found = !read(burst, i) ? NONE : is(set) ? set : is(set + 1) ? set + 1 : NONE;
        flow[i] = found;
        return found >= 0;
    }

    /**
     * Whether a frame, if it is known, passes as that one did: its connection still is, and the way is the same. Then it is counted.
     *
     * @param parsed as {@link #parsed}
     */
    boolean resumes(Burst burst, int i, long parsed, int vlan, int egress) {
        int known = flow[i];
        if (known < 0 || entries[known * WORDS + WAY] != way(vlan, egress)) {
            passing = NONE;
            return false;
        }
        int bytes = burst.length[i];
        boolean isTcp = protocol(known) == IpProtocol.TCP;
        if (known == passing && !isTcp) {
            tracker.repeat(known, bytes);
            return true;
        }
        boolean still = isTcp
                ? tracker.resumeTcp(known, bytes, burst.heads(), burst.headOffset(i), parsed)
                : tracker.resume(known, bytes);
        passing = still ? known : NONE;
        return still;
    }

    /** What policies said of the frame that {@link #resumes} let pass. */
    int ruling() {
        return (int) entries[passing * WORDS + RULING];
    }

    private boolean read(Burst burst, int i) {
        int offset = burst.typeOffset[i];
        if (burst.headLength[i] < offset + L4 + Udp.LENGTH) {
            return false;
        }
        long head = burst.head(i);
        long ip = head + offset;
        long typeToLength = Memory.getLong(ip);
        if ((typeToLength & TYPE_AND_VERSION) != IPV4_WITHOUT_OPTIONS) {
            return false;
        }
        long kind = Memory.getLong(ip + 8) & FRAGMENT_AND_PROTOCOL;
        int total = Short.toUnsignedInt(Short.reverseBytes((short) (typeToLength >>> 32)));
        int room = total - Ipv4.MIN_LENGTH;
        if (total > burst.length[i] - offset - 2
                || !(kind == WHOLE_UDP
                        ? isDatagram(ip + L4, room)
                        : kind == WHOLE_TCP && isSegment(ip + L4, room, burst.headLength[i] - offset - L4))) {
            return false;
        }
        macs = Memory.getLong(head);
        source = Memory.getInt(head + 8) & 0xffff_ffffL | (long) burst.port[i] << IN_SOURCE_PORT_SHIFT
                | kind >>> PROTOCOL_SHIFT << IN_SOURCE_PROTOCOL_SHIFT;
        addresses = Memory.getLong(ip + 14);
        ports = Memory.getInt(ip + 22) & 0xffff_ffffL | (long) generation << 32;
        long mixed = (addresses ^ Long.rotateLeft((ports ^ source) * MULTIPLIER, 32)) * MULTIPLIER;
        set = (int) (mixed >>> Long.SIZE - SET_BITS) * WAYS;
        return true;
    }

    /** Whether UDP's length is in order. */
    private static boolean isDatagram(long udp, int room) {
        int length = Short.toUnsignedInt(Memory.getShortBe(udp + Udp.DATAGRAM_LENGTH));
        return length >= Udp.LENGTH && length <= room;
    }

    /** Whether TCP's header is whole. */
    private static boolean isSegment(long tcp, int room, int available) {
        int end = Math.min(room, available);
        if (end < Tcp.MIN_LENGTH) {
            return false;
        }
        int length = Memory.getShortBe(tcp + Tcp.DATA_OFFSET) >>> 10 & 0x3c;
        return length >= Tcp.MIN_LENGTH && length <= end;
    }

    private boolean is(int number) {
        int at = number * WORDS;
        return (entries[at + ADDRESSES] ^ addresses | entries[at + PORTS] ^ ports | entries[at + MACS] ^ macs
                | entries[at + SOURCE] ^ source) == 0;
    }

    private int protocol(int number) {
        return (int) (entries[number * WORDS + SOURCE] >>> IN_SOURCE_PROTOCOL_SHIFT);
    }

    /** What {@link HeaderParser} says of a frame that is known. */
    long parsed(Burst burst, int i) {
        int l3 = burst.typeOffset[i] + 2;
        return HeaderParser.whole(EtherType.IPV4, l3, l3 + Ipv4.MIN_LENGTH, protocol(flow[i]));
    }

    private static long way(int vlan, int egress) {
        return (long) vlan << 32 | egress;
    }

    /** Frames of the burst that were found where another flow is to be now are found there no longer. */
    private void displace(int number, int after) {
        for (int i = after + 1; i < Burst.CAPACITY; i++) {
            if (flow[i] == number) {
                flow[i] = NONE;
            }
        }
    }

    /** Remembers a frame that the tracker has let pass just now, if others like it can be recognized. */
    void add(Burst burst, int i, int vlan, int egress, int ruling) {
        if (!read(burst, i)) {
            return;
        }
        int free = is(set) ? set : is(set + 1) ? set + 1 : NONE;
        if (free == NONE) {
            free = set + (turn ^= 1);
            displace(free, i);
        }
        int at = free * WORDS;
        entries[at + MACS] = macs;
        entries[at + SOURCE] = source;
        entries[at + ADDRESSES] = addresses;
        entries[at + PORTS] = ports;
        entries[at + WAY] = way(vlan, egress);
        entries[at + RULING] = ruling;
        tracker.remember(free);
    }
}
