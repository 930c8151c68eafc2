package net.weft.vswitch.device.vhost;

/** Constants of the vhost-user protocol (QEMU, docs/interop/vhost-user). Integers are in the machine's byte order. */
final class VhostUser {
    /** Bytes of a message header: request, flags and payload size, 4 bytes each. The payload follows. */
    static final int HEADER_BYTES = 12;
    /** Largest payload accepted, bytes: more than any message of the protocol has. */
    static final int MAX_PAYLOAD = 4096;
    static final int VERSION_MASK = 3;
    static final int VERSION = 1;
    static final int REPLY = 1 << 2;
    static final int NEED_REPLY = 1 << 3;

    static final int GET_FEATURES = 1;
    static final int SET_FEATURES = 2;
    static final int SET_OWNER = 3;
    static final int RESET_OWNER = 4;
    static final int SET_MEM_TABLE = 5;
    static final int SET_LOG_BASE = 6;
    static final int SET_LOG_FD = 7;
    static final int SET_VRING_NUM = 8;
    static final int SET_VRING_ADDR = 9;
    static final int SET_VRING_BASE = 10;
    static final int GET_VRING_BASE = 11;
    static final int SET_VRING_KICK = 12;
    static final int SET_VRING_CALL = 13;
    static final int SET_VRING_ERR = 14;
    static final int GET_PROTOCOL_FEATURES = 15;
    static final int SET_PROTOCOL_FEATURES = 16;
    static final int GET_QUEUE_NUM = 17;
    static final int SET_VRING_ENABLE = 18;
    static final int SEND_RARP = 19;
    static final int NET_SET_MTU = 20;
    static final int GET_INFLIGHT_FD = 31;
    static final int SET_INFLIGHT_FD = 32;
    static final int RESET_DEVICE = 34;
    static final int GET_MAX_MEM_SLOTS = 36;
    static final int ADD_MEM_REG = 37;
    static final int REM_MEM_REG = 38;
    static final int SET_STATUS = 39;
    static final int GET_STATUS = 40;

    /** Protocol feature bits. */
    static final long PROTOCOL_MQ = 1L;
    static final long PROTOCOL_LOG_SHMFD = 1L << 1;
    static final long PROTOCOL_RARP = 1L << 2;
    static final long PROTOCOL_REPLY_ACK = 1L << 3;
    static final long PROTOCOL_MTU = 1L << 4;
    static final long PROTOCOL_INFLIGHT_SHMFD = 1L << 12;
    static final long PROTOCOL_RESET_DEVICE = 1L << 13;
    static final long PROTOCOL_CONFIGURE_MEM_SLOTS = 1L << 15;
    static final long PROTOCOL_STATUS = 1L << 16;

    /** Flag of SET_VRING_ADDR: writes to the ring are logged, at the given address. */
    static final int LOG_RING = 1;

    /** Device status bit: the device needs a reset (virtio 1.2, 2.1). */
    static final int NEEDS_RESET = 0x40;

    /** In the payload of kick, call and err: the ring's index, and the flag that no descriptor is attached. */
    static final int RING_INDEX_MASK = 0xFF;
    static final int NO_DESCRIPTOR = 1 << 8;

    /** Largest number of regions in a SET_MEM_TABLE, and of regions added one by one. */
    static final int TABLE_REGIONS = 8;
    static final int MEMORY_SLOTS = 64;
    /** Bytes of a region description: guest address, size, front-end address and file offset, 8 bytes each. */
    static final int REGION_BYTES = 32;

    private VhostUser() {
    }
}
