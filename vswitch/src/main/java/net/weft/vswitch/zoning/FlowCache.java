package net.weft.vswitch.zoning;

import java.security.SecureRandom;
import net.weft.packet.HeaderParser;
import net.weft.packet.IpProtocol;
import net.weft.vswitch.burst.Burst;
import net.weft.zone.track.ConnTracker;

/**
 * Recognizes frames that are like one which guards and policies have let pass: of the same port, MAC addresses, IP addresses and ports. What was
 * found of that one then holds, until the configuration changes ({@link #forget}): {@link HeaderParser} would find the same headers, the guard ask the
 * same questions, and the connection is known by its number, which {@link ConnTracker#resume} makes sure of.
 * <p>
 * Two-way associative; a new flow takes the place of an older one. What may differ from frame to frame is checked for each: lengths by
 * {@link FlowHeaders}, the numbers of TCP by the tracker. One thread; nothing is allocated per frame.
 */
final class FlowCache {
    /** Flows remembered. */
    static final int CAPACITY = 1 << 12;
    private static final int NONE = -1;

    private static final int WAYS = 2;
    private static final int SET_BITS = 11;
    // an entry's words
    private static final int WORDS = 8;
    private static final int MACS = 0;
    private static final int SOURCE = 1;
    private static final int ADDRESSES = 2;
    /** With {@link #generation}. */
    private static final int PORTS = 3;
    /** VLAN and egress port that the frame was evaluated for. */
    private static final int OUTPUT = 4;
    private static final int DECISION = 5;

    // and those of one of IPv6
    private static final int FURTHER_WORDS = 4;
    private static final int SOURCE_LOW = 0;
    private static final int DESTINATION_HIGH = 1;
    private static final int DESTINATION_LOW = 2;

    private final ConnTracker tracker;
    private final long[] entries = new long[CAPACITY * WORDS];
    private final long[] further = new long[CAPACITY * FURTHER_WORDS];
    /** Of the frame judged last, if it was let pass because of that. */
    private int passing = NONE;
    /** Of entries that hold. */
    private int generation = 1;
    private int turn;

    private final FlowHeaders headers = new FlowHeaders(new SecureRandom().nextLong());

    /** @param tracker remembers connections by the numbers of flows here */
    FlowCache(ConnTracker tracker) {
        this.tracker = tracker;
    }

    /** Forgets all. */
    void forget() {
        generation++;
    }

    /** How often all were forgotten. */
    int flushes() {
        return generation - 1;
    }

    /** A burst begins. */
    void begin() {
        passing = NONE;
    }

    /** Looks whether a frame is like one that was let pass. */
    boolean lookup(Burst burst, int i) {
        int found = NONE;
        if (headers.read(burst, i)) {
            int set = set();
            found = is(set) ? set : is(set + 1) ? set + 1 : NONE;
        }
        burst.flow[i] = found;
        return found >= 0;
    }

    private int set() {
        return (int) (headers.hash() >>> Long.SIZE - SET_BITS) * WAYS;
    }

    private boolean is(int number) {
        int at = number * WORDS;
        return (entries[at + ADDRESSES] ^ headers.addresses | entries[at + PORTS] ^ ports()
                | entries[at + MACS] ^ headers.macs | entries[at + SOURCE] ^ headers.source) == 0
                && (!headers.isIpv6() || isFurther(number * FURTHER_WORDS));
    }

    private boolean isFurther(int at) {
        return (further[at + SOURCE_LOW] ^ headers.sourceLow | further[at + DESTINATION_HIGH] ^ headers.destinationHigh
                | further[at + DESTINATION_LOW] ^ headers.destinationLow) == 0;
    }

    private long ports() {
        return headers.ports | (long) generation << 32;
    }

    /** What {@link HeaderParser} says of a frame that is known. */
    long parsed(Burst burst, int i) {
        return FlowHeaders.parsed(entries[burst.flow[i] * WORDS + SOURCE], burst.typeOffset[i]);
    }

    /**
     * Validates a flow-cache hit: true, and the packet is counted, if the connection is alive and the frame has the same VLAN and output port.
     */
    boolean validate(Burst burst, int i, int vlan, int egress) {
        int known = burst.flow[i];
        if (known < 0 || entries[known * WORDS + OUTPUT] != output(vlan, egress)) {
            passing = NONE;
            return false;
        }
        int bytes = burst.length[i];
        boolean isTcp = FlowHeaders.protocol(entries[known * WORDS + SOURCE]) == IpProtocol.TCP;
        if (known == passing && !isTcp) {
            tracker.repeat(known, bytes);
            return true;
        }
        boolean still = isTcp
                ? tracker.resumeTcp(known, bytes, burst.heads(), burst.headOffset(i), burst.parsed[i])
                : tracker.resume(known, bytes);
        passing = still ? known : NONE;
        return still;
    }

    /** What policies said of the frame that {@link #validate} let pass. */
    int decision() {
        return (int) entries[passing * WORDS + DECISION];
    }

    private static long output(int vlan, int egress) {
        return (long) vlan << 32 | egress;
    }

    /** Frames of the burst that were found where another flow is to be now are found there no longer. */
    private static void displace(Burst burst, int number, int after) {
        for (int i = after + 1; i < burst.count; i++) {
            if (burst.flow[i] == number) {
                burst.flow[i] = NONE;
            }
        }
    }

    /** Remembers a frame that the tracker has let pass just now, if others like it can be recognized. */
    void add(Burst burst, int i, int vlan, int egress, int decision) {
        if (!headers.read(burst, i)) {
            return;
        }
        int set = set();
        int free = is(set) ? set : is(set + 1) ? set + 1 : NONE;
        if (free == NONE) {
            free = set + (turn ^= 1);
            displace(burst, free, i);
        }
        int at = free * WORDS;
        entries[at + MACS] = headers.macs;
        entries[at + SOURCE] = headers.source;
        entries[at + ADDRESSES] = headers.addresses;
        entries[at + PORTS] = ports();
        entries[at + OUTPUT] = output(vlan, egress);
        entries[at + DECISION] = decision;
        at = free * FURTHER_WORDS;
        further[at + SOURCE_LOW] = headers.sourceLow;
        further[at + DESTINATION_HIGH] = headers.destinationHigh;
        further[at + DESTINATION_LOW] = headers.destinationLow;
        tracker.remember(free);
    }
}
