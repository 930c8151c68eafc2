package net.weft.vswitch.device.vhost;

import net.weft.vswitch.burst.Device;

/**
 * The feature bits of a virtio network device (virtio 1.2, 5.1.3 and 6), and values derived from the negotiated ones.
 */
final class VirtioNet {
    static final long CSUM = 1L;
    static final long GUEST_CSUM = 1L << 1;
    static final long MTU = 1L << 3;
    static final long GUEST_TSO4 = 1L << 7;
    static final long GUEST_TSO6 = 1L << 8;
    static final long GUEST_ECN = 1L << 9;
    static final long GUEST_UFO = 1L << 10;
    static final long HOST_TSO4 = 1L << 11;
    static final long HOST_TSO6 = 1L << 12;
    static final long HOST_ECN = 1L << 13;
    static final long HOST_UFO = 1L << 14;
    static final long MRG_RXBUF = 1L << 15;
    static final long CTRL_VQ = 1L << 17;
    static final long CTRL_RX = 1L << 18;
    static final long GUEST_ANNOUNCE = 1L << 21;
    static final long MQ = 1L << 22;
    /** Not a guest feature: writes to the guest's memory are logged. */
    static final long LOG_ALL = 1L << 26;
    static final long ANY_LAYOUT = 1L << 27;
    static final long INDIRECT_DESC = 1L << 28;
    static final long EVENT_IDX = 1L << 29;
    /** Not a guest feature: the front end supports protocol features. */
    static final long PROTOCOL_FEATURES = 1L << 30;
    static final long VERSION_1 = 1L << 32;
    static final long RING_PACKED = 1L << 34;
    static final long GUEST_USO4 = 1L << 54;
    static final long GUEST_USO6 = 1L << 55;
    static final long HOST_USO = 1L << 56;

    /**
     * The features that Weft offers for one queue pair. The front end itself implements the control queue and
     * announcements.
     */
    static final long OFFERED = CSUM | GUEST_CSUM | MTU | GUEST_TSO4 | GUEST_TSO6 | GUEST_ECN | GUEST_UFO | HOST_TSO4
            | HOST_TSO6 | HOST_ECN | HOST_UFO | MRG_RXBUF | CTRL_VQ | CTRL_RX | GUEST_ANNOUNCE | LOG_ALL | ANY_LAYOUT
            | INDIRECT_DESC | EVENT_IDX | PROTOCOL_FEATURES | VERSION_1 | RING_PACKED | GUEST_USO4 | GUEST_USO6
            | HOST_USO;

    private VirtioNet() {
    }

    static boolean has(long features, long bit) {
        return (features & bit) == bit;
    }

    /** Returns the bytes of the header before each frame, with or without {@code num_buffers}. */
    static int headerBytes(long features) {
        return (features & (VERSION_1 | MRG_RXBUF)) != 0 ? 12 : 10;
    }

    /** Returns the {@link Device#offloads} of a guest that negotiated these features. */
    static int offloads(long features) {
        if (!has(features, GUEST_CSUM)) {
            return 0;
        }
        return Device.CHECKSUM | (has(features, GUEST_TSO4) ? Device.TSO4 : 0)
                | (has(features, GUEST_TSO6) ? Device.TSO6 : 0) | (has(features, GUEST_ECN) ? Device.TSO_ECN : 0)
                | (has(features, GUEST_UFO) ? Device.UFO : 0)
                | (has(features, GUEST_USO4 | GUEST_USO6) ? Device.USO : 0);
    }
}
