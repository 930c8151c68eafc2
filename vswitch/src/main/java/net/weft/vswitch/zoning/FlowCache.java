package net.weft.vswitch.zoning;

import java.security.SecureRandom;
import net.weft.packet.HeaderParser;
import net.weft.packet.IpProtocol;
import net.weft.vswitch.burst.Burst;
import net.weft.zone.track.ConnTracker;

/**
 * The flow cache: it recognizes frames of a flow that guards and policies have passed before, by port, MAC addresses,
 * IP addresses and transport ports. The results for the earlier frame are valid for them until the configuration
 * changes ({@link #forget}): {@link HeaderParser} would find the same headers, the guard would decide alike, and {@link
 * ConnTracker#resume} verifies that the connection still exists.
 * <p>
 * Two-way associative; a new flow replaces an older one. Fields that differ from frame to frame are checked for each:
 * lengths by {@link FlowHeaders}, TCP sequence numbers by the tracker. One thread; nothing is allocated per frame.
 */
final class FlowCache {
    /** The number of entries. */
    static final int CAPACITY = 1 << 12;
    private static final int NONE = -1;

    private static final int WAYS = 2;
    private static final int SET_BITS = 11;
    // The words of an entry.
    private static final int WORDS = 8;
    private static final int MACS = 0;
    private static final int SOURCE = 1;
    private static final int ADDRESSES = 2;
    /** The offset of the transport ports, together with {@link #generation}. */
    private static final int PORTS = 3;
    /** The offset of the VLAN and the egress port for which the frame was evaluated. */
    private static final int OUTPUT = 4;
    private static final int DECISION = 5;

    // The further words of an IPv6 entry.
    private static final int IPV6_WORDS = 4;
    private static final int SOURCE_LOW = 0;
    private static final int DESTINATION_HIGH = 1;
    private static final int DESTINATION_LOW = 2;

    private final ConnTracker tracker;
    private final long[] entries = new long[CAPACITY * WORDS];
    private final long[] ipv6Words = new long[CAPACITY * IPV6_WORDS];
    /** The entry by which {@link #validate} has passed the previous frame, or {@link #NONE}. */
    private int passing = NONE;
    /** The generation of valid entries. */
    private int generation = 1;
    private int turn;

    private final FlowHeaders headers = new FlowHeaders(new SecureRandom().nextLong());

    /** @param tracker keeps connections under the numbers of flow-cache entries */
    FlowCache(ConnTracker tracker) {
        this.tracker = tracker;
    }

    /** Flushes the cache. */
    void forget() {
        generation++;
    }

    /** Returns the number of flushes. */
    int flushes() {
        return generation - 1;
    }

    /** Starts a burst. */
    void begin() {
        passing = NONE;
    }

    /** Looks up the entry of a frame and stores its number in {@code burst.flow}; returns whether there is one. */
    boolean lookup(Burst burst, int i) {
        int found = NONE;
        if (headers.read(burst, i)) {
            int set = set();
            found = matches(set) ? set : matches(set + 1) ? set + 1 : NONE;
        }
        burst.flow[i] = found;
        return found >= 0;
    }

    private int set() {
        return (int) (headers.hash() >>> Long.SIZE - SET_BITS) * WAYS;
    }

    private boolean matches(int number) {
        int at = number * WORDS;
        return (entries[at + ADDRESSES] ^ headers.addresses | entries[at + PORTS] ^ ports()
                | entries[at + MACS] ^ headers.macs | entries[at + SOURCE] ^ headers.source) == 0
                && (!headers.isIpv6() || matchesIpv6(number * IPV6_WORDS));
    }

    private boolean matchesIpv6(int at) {
        return (ipv6Words[at + SOURCE_LOW] ^ headers.sourceLow
                | ipv6Words[at + DESTINATION_HIGH] ^ headers.destinationHigh
                | ipv6Words[at + DESTINATION_LOW] ^ headers.destinationLow) == 0;
    }

    private long ports() {
        return headers.ports | (long) generation << 32;
    }

    /** Returns the {@link HeaderParser} result for a frame with a flow-cache entry. */
    long parsed(Burst burst, int i) {
        return FlowHeaders.parsed(entries[burst.flow[i] * WORDS + SOURCE], burst.typeOffset[i]);
    }

    /**
     * Validates a flow-cache hit: true, and the packet is counted, if the connection is alive and the frame has the
     * same VLAN and output port.
     */
    boolean validate(Burst burst, int i, int vlan, int egress) {
        int entry = burst.flow[i];
        if (entry < 0 || entries[entry * WORDS + OUTPUT] != output(vlan, egress)) {
            passing = NONE;
            return false;
        }
        int bytes = burst.length[i];
        boolean isTcp = FlowHeaders.protocol(entries[entry * WORDS + SOURCE]) == IpProtocol.TCP;
        if (entry == passing && !isTcp) {
            tracker.repeat(entry, bytes);
            return true;
        }
        boolean still = isTcp
                ? tracker.resumeTcp(entry, bytes, burst.heads(), burst.headOffset(i), burst.parsed[i])
                : tracker.resume(entry, bytes);
        passing = still ? entry : NONE;
        return still;
    }

    /** Returns the policy decision for the frame that {@link #validate} has passed. */
    int decision() {
        return (int) entries[passing * WORDS + DECISION];
    }

    private static long output(int vlan, int egress) {
        return (long) vlan << 32 | egress;
    }

    /** Invalidates the lookups of later frames of the burst whose entry another flow replaces. */
    private static void displace(Burst burst, int number, int after) {
        for (int i = after + 1; i < burst.count; i++) {
            if (burst.flow[i] == number) {
                burst.flow[i] = NONE;
            }
        }
    }

    /** Adds an entry for a frame that the tracker has just passed, if its flow can be recognized. */
    void add(Burst burst, int i, int vlan, int egress, int decision) {
        if (!headers.read(burst, i)) {
            return;
        }
        int set = set();
        int free = matches(set) ? set : matches(set + 1) ? set + 1 : NONE;
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
        at = free * IPV6_WORDS;
        ipv6Words[at + SOURCE_LOW] = headers.sourceLow;
        ipv6Words[at + DESTINATION_HIGH] = headers.destinationHigh;
        ipv6Words[at + DESTINATION_LOW] = headers.destinationLow;
        tracker.remember(free);
    }
}
