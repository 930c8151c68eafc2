package net.weft.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A raw packet socket that receives and sends all frames of one device (packet(7)). The socket is opened for no
 * protocol, configured, and only then bound to the device, so that it receives no frame of another device. Frames are
 * received through the socket, or through a ring of slots in shared memory if {@link Options#ringSlots} is not 0; they
 * are always sent through the socket. There is no transmit ring, because the kernel may return a slot while its pages
 * are still in use.
 *
 * <p>The device leaves promiscuous mode when the socket closes, however the process ends. While the device is down, and
 * once after, calls return {@code -ENETDOWN}. Needs CAP_NET_RAW.
 */
public final class PacketSocket implements AutoCloseable {
    static final int SOL_PACKET = 263;
    static final int PACKET_AUXDATA = 8;
    private static final int PACKET_ADD_MEMBERSHIP = 1;
    private static final int PACKET_RX_RING = 5;
    private static final int PACKET_STATISTICS = 6;
    private static final int PACKET_COPY_THRESH = 7;
    private static final int PACKET_VERSION = 10;
    private static final int PACKET_RESERVE = 12;
    private static final int PACKET_VNET_HDR = 15;
    private static final int PACKET_QDISC_BYPASS = 20;
    private static final int PACKET_IGNORE_OUTGOING = 23;
    private static final int TPACKET_V2 = 1;
    private static final int PACKET_MR_PROMISC = 1;
    private static final int ETH_P_ALL = 0x0003;
    private static final int ETH_P_8021Q = 0x8100;
    private static final int ETHERNET_BYTES = 14;
    private static final int TAG_BYTES = 4;

    private static final int MIN_BLOCK_BYTES = 4096;
    private static final int MAX_BLOCK_BYTES = 1 << 16;
    private static final int MIN_SLOT_BYTES = 256;

    private final Socket socket;
    private final Options options;
    private final @Nullable Mapping ring;
    private final MemorySegment statistics = Arena.ofAuto().allocate(8, 4);
    private long received;
    private long dropped;

    /**
     * The options of a packet socket.
     *
     * @param vnetHeader whether each frame is preceded by a {@code struct virtio_net_hdr} of 10 bytes in both
     *     directions, and may be a super-frame of up to 64 KB with an incomplete checksum
     * @param ringSlots number of slots of the receive ring, a power of two; 0 for no ring
     * @param slotBytes bytes of each slot, a power of two from 256 to 65536; a longer frame is fetched by {@link
     *     PacketSocket#receiveCopy}
     * @param headroomBytes bytes kept free before the frame in each slot, in addition to those that the kernel needs
     * @param qdiscBypass whether to bypass the device's queueing discipline: less work, but frames are dropped that it
     *     would have queued
     * @param receiveBufferBytes size of the socket's receive queue, which also holds the frames too long for a slot
     * @param sendBufferBytes limit of the bytes that are queued in the device
     */
    public record Options(boolean vnetHeader, int ringSlots, int slotBytes, int headroomBytes, boolean qdiscBypass,
            int receiveBufferBytes,
            int sendBufferBytes) {
        public Options {
            boolean slotFits = Integer.bitCount(slotBytes) == 1 && slotBytes >= MIN_SLOT_BYTES
                    && slotBytes <= MAX_BLOCK_BYTES;
            boolean fillsBlock = (long) ringSlots * slotBytes >= MIN_BLOCK_BYTES;
            if (ringSlots != 0 && (Integer.bitCount(ringSlots) != 1 || ringSlots < 0 || !slotFits || !fillsBlock)) {
                throw new IllegalArgumentException("a ring of " + ringSlots + " slots of " + slotBytes
                        + " bytes: expected powers of two, slots of 256 to 65536 bytes, and a page in all");
            }
        }
    }

    private PacketSocket(Socket socket, Options options, @Nullable Mapping ring) {
        this.socket = socket;
        this.options = options;
        this.ring = ring;
    }

    /**
     * Opens a device of the calling thread's namespace in promiscuous mode. Frames that the host itself sends are not
     * received.
     *
     * @throws LinuxException among others {@link Errno#EPERM} without privilege, {@link Errno#ENODEV} if there is no
     *     such device
     */
    public static PacketSocket open(int interfaceIndex, Options options) {
        Socket socket = Socket.open(Socket.AF_PACKET, Socket.SOCK_RAW, 0);
        Mapping ring = null;
        try {
            configure(socket, options);
            if (options.ringSlots > 0) {
                ring = makeRing(socket, options);
            }
            promiscuous(socket, interfaceIndex);
            socket.bind(SocketAddress.packet(interfaceIndex, ETH_P_ALL));
            return new PacketSocket(socket, options, ring);
        } catch (LinuxException e) {
            if (ring != null) {
                ring.close();
            }
            socket.close();
            throw e;
        }
    }

    private static void configure(Socket socket, Options options) {
        socket.option(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1);
        socket.option(SOL_PACKET, PACKET_AUXDATA, 1);
        if (options.vnetHeader) {
            socket.option(SOL_PACKET, PACKET_VNET_HDR, 1);
        }
        if (options.qdiscBypass) {
            socket.option(SOL_PACKET, PACKET_QDISC_BYPASS, 1);
        }
        socket.bufferBytes(options.receiveBufferBytes, options.sendBufferBytes);
    }

    /**
     * Creates the ring by {@code struct tpacket_req}: block size, blocks, frame size, frames. Slots divide blocks
     * evenly, so the ring is one contiguous array.
     */
    private static Mapping makeRing(Socket socket, Options options) {
        long bytes = (long) options.ringSlots * options.slotBytes;
        int blockBytes = (int) Math.min(bytes, MAX_BLOCK_BYTES);
        socket.option(SOL_PACKET, PACKET_VERSION, TPACKET_V2);
        socket.option(SOL_PACKET, PACKET_COPY_THRESH, 1);
        if (options.headroomBytes > 0) {
            socket.option(SOL_PACKET, PACKET_RESERVE, options.headroomBytes);
        }
        try (Arena arena = Arena.ofConfined()) {
            int blocks = (int) (bytes / blockBytes);
            socket.option(SOL_PACKET, PACKET_RX_RING,
                    arena.allocateFrom(JAVA_INT, blockBytes, blocks, options.slotBytes, options.ringSlots));
        }
        return Mapping.populated(socket.fd(), 0, bytes);
    }

    /** Enables promiscuous mode by {@code struct packet_mreq}: index 4, type 2, address length 2, address 8. */
    private static void promiscuous(Socket socket, int interfaceIndex) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment membership = arena.allocate(16, 4);
            membership.set(JAVA_INT, 0, interfaceIndex);
            membership.set(JAVA_SHORT, 4, (short) PACKET_MR_PROMISC);
            socket.option(SOL_PACKET, PACKET_ADD_MEMBERSHIP, membership);
        }
    }

    /**
     * Returns whether the kernel refuses to send a frame with EMSGSIZE. A frame without segmentation offload may exceed
     * the device's MTU plus Ethernet header by one VLAN tag, but only if that tag is an IEEE 802.1Q C-tag (packet_snd()
     * and packet_extra_vlan_len_allowed() in Linux's af_packet.c).
     *
     * @param bytes length of the frame
     * @param etherType first EtherType of the frame
     */
    public static boolean isTooLong(int bytes, int etherType, int mtu) {
        return bytes > mtu + ETHERNET_BYTES + (etherType == ETH_P_8021Q ? TAG_BYTES : 0);
    }

    /**
     * The socket, for sending, for receiving without a ring, and for waiting: it is readable while the ring has a
     * frame.
     */
    public Socket socket() {
        return socket;
    }

    public Fd fd() {
        return socket.fd();
    }

    /** Number of slots of the ring, a power of two; 0 without a ring. */
    public int slots() {
        return options.ringSlots;
    }

    /** The address of slot {@code index}, see {@link TpacketDescriptor}. */
    public long slot(int index) {
        if (ring == null) {
            throw new IllegalStateException("this packet socket was opened without a ring");
        }
        return ring.address() + (long) index * options.slotBytes;
    }

    /**
     * Fetches the frame of a slot marked {@link TpacketDescriptor#TP_STATUS_COPY}, preceded by its virtio header. Must
     * be called once for each such slot, in order.
     *
     * @return true length of header and frame, of which at most {@code bytes} were stored, or the negative errno
     */
    public long receiveCopy(long address, long bytes) {
        return socket.receive(address, bytes, Socket.MSG_TRUNC);
    }

    /** Updates {@link #receivedFrames} and {@link #droppedFrames}; the kernel resets its counters at each call. */
    public void readStatistics() {
        socket.readOption(SOL_PACKET, PACKET_STATISTICS, statistics);
        received += Integer.toUnsignedLong(statistics.get(JAVA_INT, 0));
        dropped += Integer.toUnsignedLong(statistics.get(JAVA_INT, 4));
    }

    /** Number of frames that arrived, including dropped ones, as of {@link #readStatistics}. */
    public long receivedFrames() {
        return received;
    }

    /** Number of frames dropped because the ring or queue was full, as of {@link #readStatistics}. */
    public long droppedFrames() {
        return dropped;
    }

    @Override
    public void close() {
        socket.close();
        if (ring != null) {
            ring.close();
        }
    }
}
