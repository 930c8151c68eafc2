package net.weft.controller.model;

import java.util.Optional;
import java.util.OptionalInt;

/** The device behind a port. There is one record for each {@code type} of port (and transport, for {@code qemu}). */
public sealed interface DeviceConfig {
    /** Longest name of a Linux interface, in bytes ({@code IFNAMSIZ} without its terminator). */
    int MAX_INTERFACE_NAME = 15;
    /** Longest path of a Unix socket, in bytes ({@code sun_path} without its terminator). */
    int MAX_SOCKET_PATH = 107;

    /**
     * {@code type: tap}: a TAP interface that Weft creates, and deletes with the port.
     *
     * @param persist whether the interface stays on the host with its addresses instead, and the next start reuses it
     */
    record Tap(String interfaceName, boolean persist) implements DeviceConfig {
        /** Creates the configuration of an interface that is deleted with the port. */
        public Tap(String interfaceName) {
            this(interfaceName, false);
        }
    }

    /**
     * {@code type: nic}: an interface that exists already.
     *
     * @param shareWithHost the host keeps using it, with its addresses, beside Weft
     */
    record Nic(String interfaceName, boolean shareWithHost) implements DeviceConfig {
    }

    /**
     * {@code type: qemu, transport: stream}: QEMU's {@code -netdev stream} over a Unix socket, each frame behind its
     * length in 4 bytes.
     *
     * @param socket absolute path
     * @param mode whether Weft connects or listens
     * @param access permissions of the socket, which Weft creates in {@link Mode#SERVER} only; the default in {@link
     *     Mode#CLIENT}
     */
    record QemuStream(String socket, Mode mode, SocketAccess access) implements DeviceConfig {
        public enum Mode {
            /** QEMU listens ({@code server=on}); Weft connects, and reconnects when the guest comes back. */
            CLIENT,
            /** Weft listens; QEMU connects. */
            SERVER
        }
    }

    /**
     * {@code type: qemu, transport: dgram}: QEMU's {@code -netdev dgram} over two Unix sockets, one frame a datagram.
     *
     * @param local absolute path of the socket that Weft creates
     * @param remote absolute path of the socket that QEMU creates
     */
    record QemuDgram(String local, String remote, SocketAccess access) implements DeviceConfig {
    }

    /**
     * {@code type: vhost-user}: the vNIC of a virtual machine, whose rings lie in the machine's shared memory.
     *
     * @param socket absolute path
     * @param mode whether Weft connects or listens
     * @param queues queue pairs the machine may use, {@code 1..}{@link #MAX_QUEUES}
     * @param access permissions of the socket, which Weft creates in {@link QemuStream.Mode#SERVER} only; the default
     *     in {@link QemuStream.Mode#CLIENT}
     * @param anyMemoryFile whether the machine's memory may be a file of any file system, even of one whose page faults
     *     can block Weft
     * @param requireSealedMemory whether a machine whose memory files can be truncated is refused
     */
    record VhostUser(String socket, QemuStream.Mode mode, int queues, SocketAccess access, boolean anyMemoryFile,
            boolean requireSealedMemory) implements DeviceConfig {
        /** Most queue pairs: the protocol has 8 bits for the index of a ring, and a pair has two rings. */
        public static final int MAX_QUEUES = 127;
    }

    /** {@code type: pcap, device: NAME}: an interface opened with libpcap, shared with the host. */
    record Pcap(String interfaceName) implements DeviceConfig {
    }

    /**
     * {@code type: pcap} with files: the frames of one file are received, and transmitted frames are written to
     * another. At least one of the two is present.
     *
     * @param read absolute path of a capture file
     * @param loop whether the file is replayed endlessly
     * @param speed replay speed as a multiple of the captured speed, 1-{@value #MAX_SPEED}; empty: as fast as the
     *     switch accepts frames
     * @param write absolute path of a pcapng file
     */
    record PcapFiles(Optional<String> read, boolean loop, OptionalInt speed,
            Optional<String> write) implements DeviceConfig {
        public static final int MAX_SPEED = 1000;
        /** Longest path of a file, in bytes ({@code PATH_MAX} without its terminator). */
        public static final int MAX_PATH = 4095;
    }

    /**
     * {@code type: udp}: a stack link between hosts that no cable joins, in UDP datagrams.
     *
     * @param local address of the member and UDP port
     * @param remote address and UDP port of the other member, of the same family
     */
    record Udp(ExportConfig.Endpoint local, ExportConfig.Endpoint remote) implements DeviceConfig {
    }

    /** No device of its own: the port is a link aggregation, reached by the devices of its legs. */
    record Lag(LagSettings settings) implements DeviceConfig {
    }

    /**
     * The socket of a VPN gateway, which the ports of its peers share. Not a {@code type} of the file: it stands under
     * {@code vpn}.
     *
     * @param listen UDP port
     */
    record WireGuard(String gateway, int listen) implements DeviceConfig {
    }

    /** Returns the port's {@code type}, as in the file; {@code lag} for a link aggregation. */
    default String type() {
        return switch (this) {
            case Tap _ -> "tap";
            case Nic _ -> "nic";
            case QemuStream _,QemuDgram _ -> "qemu";
            case VhostUser _ -> "vhost-user";
            case Pcap _,PcapFiles _ -> "pcap";
            case Udp _ -> "udp";
            case Lag _ -> "lag";
            case WireGuard _ -> "wireguard";
        };
    }
}
