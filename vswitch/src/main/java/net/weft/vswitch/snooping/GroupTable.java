package net.weft.vswitch.snooping;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * The multicast forwarding table of the workers. It is immutable, and replaced as a whole when a host joins or leaves a
 * group. A VLAN is included only while it has a querier, for each of the two address families separately; its multicast
 * is flooded otherwise.
 */
public final class GroupTable {
    /**
     * Port indices in ascending order. Written once, before the table is published.
     * @param numbers the port indices; the array must not be changed
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Ports(int[] numbers) {
    }

    /** No VLAN is snooped. */
    public static final GroupTable EMPTY = new GroupTable(new @Nullable Ports[4096], new @Nullable Ports[4096], 0);

    private final @Nullable Ports[] routers4;
    private final @Nullable Ports[] routers6;
    private final long[] keys;
    private final @Nullable Ports[] ports;
    private final int mask;

    /**
     * @param routers4 router ports of each VLAN ID; null if IGMP is not snooped
     * @param routers6 router ports of each VLAN ID; null if MLD is not snooped
     * @param groups maximum number of calls of {@link #put}
     */
    GroupTable(@Nullable Ports[] routers4, @Nullable Ports[] routers6, int groups) {
        this.routers4 = routers4;
        this.routers6 = routers6;
        int size = Integer.highestOneBit(Math.max(1, groups)) * 4;
        keys = new long[size];
        ports = new @Nullable Ports[size];
        mask = size - 1;
    }

    /** Adds the ports of a group, router ports included. Called only before the table is published. */
    void put(int vid, long mac, Ports members) {
        long key = key(vid, mac);
        int at = slot(key);
        while (keys[at] != 0 && keys[at] != key) {
            at = at + 1 & mask;
        }
        keys[at] = key;
        ports[at] = members;
    }

    /** Returns the router ports of a VLAN, or null if it is not snooped. */
    public @Nullable Ports routers(int vid, boolean ipv6) {
        return ipv6 ? routers6[vid] : routers4[vid];
    }

    /**
     * Returns the ports that a multicast frame is forwarded to; null if it is flooded.
     * @param mac MAC address of the group, first byte lowest
     */
    public @Nullable Ports ports(int vid, long mac, boolean ipv6) {
        Ports routers = routers(vid, ipv6);
        if (routers == null) {
            return null;
        }
        long key = key(vid, mac);
        int at = slot(key);
        while (keys[at] != key) {
            if (keys[at] == 0) {
                return routers;
            }
            at = at + 1 & mask;
        }
        return ports[at];
    }

    /** Returns the MAC address of a group, first byte lowest (RFC 1112, 6.4; RFC 2464, 7). */
    static long mac(InetAddress group) {
        byte[] bytes = group.getAddress();
        byte[] mac = bytes.length == 4
                ? new byte[]{1, 0, 0x5e, (byte) (bytes[1] & 0x7F), bytes[2], bytes[3]}
                : new byte[]{0x33, 0x33, bytes[12], bytes[13], bytes[14], bytes[15]};
        long value = 0;
        for (int i = 5; i >= 0; i--) {
            value = value << 8 | mac[i] & 0xFF;
        }
        return value;
    }

    private static long key(int vid, long mac) {
        return (long) vid << 48 | mac;
    }

    private int slot(long key) {
        return (int) (key * 0x9E37_79B9_7F4A_7C15L >>> 40) & mask;
    }
}
