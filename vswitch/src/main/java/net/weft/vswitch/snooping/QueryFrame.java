package net.weft.vswitch.snooping;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Builds the queries that the switch sends as querier: IGMPv3 (RFC 3376, 4.1) and MLDv2 (RFC 3810, 5.1), which older
 * hosts understand, too.
 */
public final class QueryFrame {
    /** Time within which hosts answer a general query, nanoseconds. */
    public static final long RESPONSE_NS = 2_000_000_000L;
    /** Interval of general queries, nanoseconds. */
    public static final long INTERVAL_NS = 125_000_000_000L;
    private static final int ROBUSTNESS = 2;
    private static final int INTERVAL_SECONDS = 125;
    private static final int TENTHS = 20;
    private static final int LAST_MEMBER_TENTHS = 10;
    private static final int IGMP_BYTES = 12;
    private static final int MLD_BYTES = 28;
    private static final int SHORTEST = 60;
    static final InetAddress ALL_SYSTEMS = InetAddress.ofLiteral("224.0.0.1");
    static final InetAddress ALL_NODES = InetAddress.ofLiteral("ff02::1");

    private QueryFrame() {
    }

    /**
     * Returns the frame of a query of this switch.
     * @param source MAC address of the sender, 6 bytes
     * @param group queried group; empty for a general query
     */
    public static byte[] of(boolean ipv6, byte[] source, Optional<InetAddress> group) {
        return of(ipv6, source, group, group.isPresent() ? LAST_MEMBER_TENTHS : TENTHS, INTERVAL_SECONDS);
    }

    /**
     * Returns the frame of a query of any querier with robustness {@value #ROBUSTNESS}.
     * @param tenths time within which hosts answer, in tenths of a second, {@code 1..127}
     * @param intervalSeconds interval of general queries in seconds, {@code 1..127}
     */
    public static byte[] of(boolean ipv6, byte[] source, Optional<InetAddress> group, int tenths, int intervalSeconds) {
        return ipv6
                ? mld(source, group, tenths, intervalSeconds)
                : igmp(source, group, tenths, intervalSeconds);
    }

    /** The source address is 0.0.0.0, as for a switch without address (RFC 4541, 2.1.1). */
    private static byte[] igmp(byte[] source, Optional<InetAddress> group, int tenths,
            int intervalSeconds) {
        byte[] destination = group.orElse(ALL_SYSTEMS).getAddress();
        ByteBuffer frame = ByteBuffer.allocate(SHORTEST);
        frame.put(new byte[]{1, 0, 0x5e, (byte) (destination[1] & 0x7F), destination[2], destination[3]}).put(source)
                .putShort((short) 0x0800);
        frame.put((byte) 0x46).put((byte) 0xC0).putShort((short) (24 + IGMP_BYTES)).putInt(0).put((byte) 1)
                .put((byte) 2).putShort((short) 0).putInt(0).put(destination).putInt(0x94040000);
        frame.putShort(14 + 10, checksum(frame, 14, 24, 0));
        int at = frame.position();
        frame.put((byte) 0x11).put((byte) tenths).putShort((short) 0)
                .put(group.map(InetAddress::getAddress).orElse(new byte[4])).put((byte) ROBUSTNESS)
                .put((byte) intervalSeconds).putShort((short) 0);
        frame.putShort(at + 2, checksum(frame, at, IGMP_BYTES, 0));
        return frame.array();
    }

    private static byte[] mld(byte[] source, Optional<InetAddress> group, int tenths,
            int intervalSeconds) {
        byte[] destination = group.orElse(ALL_NODES).getAddress();
        ByteBuffer frame = ByteBuffer.allocate(14 + 40 + 8 + MLD_BYTES);
        frame.put((byte) 0x33).put((byte) 0x33).put(destination, 12, 4).put(source).putShort((short) 0x86dd);
        frame.putInt(0x60000000).putShort((short) (8 + MLD_BYTES)).put((byte) 0).put((byte) 1);
        frame.put(linkLocal(source)).put(destination);
        frame.putLong(0x3A00_0502_0000_0100L);
        int at = frame.position();
        frame.put((byte) 130).put((byte) 0).putShort((short) 0)
                .putShort((short) (tenths * 100)).putShort((short) 0)
                .put(group.map(InetAddress::getAddress).orElse(new byte[16])).put((byte) ROBUSTNESS)
                .put((byte) intervalSeconds).putShort((short) 0);
        int pseudo = MLD_BYTES + 58;
        for (int i = 14 + 8; i < 14 + 40; i += 2) {
            pseudo += Short.toUnsignedInt(frame.getShort(i));
        }
        frame.putShort(at + 2, checksum(frame, at, MLD_BYTES, pseudo));
        return frame.array();
    }

    /** Returns the link-local address of a MAC address (RFC 4291, appendix A). */
    static byte[] linkLocal(byte[] mac) {
        return ByteBuffer.allocate(16).putLong(0xfe80L << 48).put((byte) (mac[0] ^ 2)).put(mac, 1, 2)
                .put((byte) 0xff).put((byte) 0xfe).put(mac, 3, 3).array();
    }

    private static short checksum(ByteBuffer frame, int from, int bytes, int start) {
        int sum = start;
        for (int i = from; i < from + bytes; i += 2) {
            sum += Short.toUnsignedInt(frame.getShort(i));
        }
        while (sum >>> 16 != 0) {
            sum = (sum & 0xFFFF) + (sum >>> 16);
        }
        return (short) ~sum;
    }
}
