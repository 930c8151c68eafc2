package net.weft.linux;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A network device as rtnetlink describes it.
 *
 * @param index index of the device in its network namespace; unchanged by a rename
 * @param name 1 to 15 bytes
 * @param type {@link #ARPHRD_ETHER} for all devices that carry Ethernet frames
 * @param flags {@code IFF_…}
 * @param mtu largest payload in bytes
 * @param master index of the bridge, bond or other device that owns it, 0 if none
 * @param operState operational state of RFC 2863: {@link #OPER_UP}, {@link #OPER_DOWN}, {@link #OPER_UNKNOWN} …
 * @param mac MAC address: 48 bits, first byte in the most significant bits; 0 if the device has none
 * @param kind the driver class, for example {@code veth} or {@code tun}; empty for plain hardware
 */
public record Link(int index, String name, int type, int flags, int mtu, int master, int operState, long mac,
        String kind) {
    public static final int ARPHRD_ETHER = 1;

    public static final int IFF_UP = 0x1;
    public static final int IFF_LOOPBACK = 0x8;
    public static final int IFF_RUNNING = 0x40;
    public static final int IFF_PROMISC = 0x100;
    public static final int IFF_LOWER_UP = 0x10000;

    public static final int OPER_UNKNOWN = 0;
    public static final int OPER_NOT_PRESENT = 1;
    public static final int OPER_DOWN = 2;
    public static final int OPER_LOWER_LAYER_DOWN = 3;
    public static final int OPER_DORMANT = 5;
    public static final int OPER_UP = 6;

    static final int IFLA_ADDRESS = 1;
    static final int IFLA_IFNAME = 3;
    static final int IFLA_MTU = 4;
    static final int IFLA_MASTER = 10;
    static final int IFLA_OPERSTATE = 16;
    static final int IFLA_LINKINFO = 18;
    static final int IFLA_INFO_KIND = 1;
    /** Bytes of {@code struct ifinfomsg}: family 1, padding 1, type 2, index 4, flags 4, change 4. */
    static final int HEADER_BYTES = 16;

    /** Returns whether the device is administratively up. */
    public boolean up() {
        return (flags & IFF_UP) != 0;
    }

    /** Returns whether the device has a carrier. */
    public boolean carrier() {
        return (flags & IFF_LOWER_UP) != 0;
    }

    /**
     * Parses the payload of RTM_NEWLINK or RTM_DELLINK; null for a message of a bridge about its ports, or a truncated
     * one.
     */
    static @Nullable Link parse(ByteBuffer payload) {
        if (payload.remaining() < HEADER_BYTES || payload.get(0) != 0) {
            return null;
        }
        Attributes found = new Attributes();
        NetlinkAttributes
                .forEach(payload.slice(HEADER_BYTES, payload.remaining() - HEADER_BYTES).order(payload.order()), found);
        return new Link(payload.getInt(4), found.name, payload.getShort(2) & 0xffff, payload.getInt(8), found.mtu,
                found.master,
                found.operState, found.mac, found.kind);
    }

    private static final class Attributes implements NetlinkAttributes.Visitor {
        private String name = "";
        private String kind = "";
        private int mtu;
        private int master;
        private int operState;
        private long mac;

        @Override
        public void attribute(int type, ByteBuffer value) {
            switch (type) {
                case IFLA_IFNAME -> name = NetlinkAttributes.text(value);
                case IFLA_MTU -> mtu = NetlinkAttributes.u32(value, 0);
                case IFLA_MASTER -> master = NetlinkAttributes.u32(value, 0);
                case IFLA_OPERSTATE -> operState = NetlinkAttributes.u8(value, OPER_UNKNOWN);
                case IFLA_ADDRESS -> mac = value.remaining() == 6 ? mac(NetlinkAttributes.bytes(value)) : 0;
                case IFLA_LINKINFO -> NetlinkAttributes.forEach(value, (inner, text) -> {
                    if (inner == IFLA_INFO_KIND) {
                        kind = NetlinkAttributes.text(text);
                    }
                });
                default -> {
                }
            }
        }

        private static long mac(byte[] octets) {
            long mac = 0;
            for (byte octet : octets) {
                mac = mac << 8 | octet & 0xff;
            }
            return mac;
        }
    }
}
