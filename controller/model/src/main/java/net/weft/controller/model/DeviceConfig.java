package net.weft.controller.model;

import java.util.Optional;
import java.util.OptionalInt;

/** What a port is wired to. One record for each {@code type} of port (and transport, for {@code qemu}). */
public sealed interface DeviceConfig {
    /** Longest name of a Linux interface, in bytes ({@code IFNAMSIZ} without its terminator). */
    int MAX_INTERFACE_NAME = 15;
    /** Longest path of a Unix socket, in bytes ({@code sun_path} without its terminator). */
    int MAX_SOCKET_PATH = 107;

    /**
     * {@code type: tap}: an interface that Weft makes, and takes away with the port.
     *
     * @param persist it stays on the host instead, with its addresses, and is taken over by the next start
     */
    record Tap(String interfaceName, boolean persist) implements DeviceConfig {
        /** One that goes with the port. */
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
     * @param mode which side listens
     * @param access of the socket, which Weft makes in {@link Mode#SERVER} only; the default in {@link Mode#CLIENT}
     */
    record QemuStream(String socket, Mode mode, SocketAccess access) implements DeviceConfig {
        public enum Mode {
            /** QEMU listens ({@code server=on}); Weft connects, and again when the guest comes back. */
            CLIENT,
            /** Weft listens; QEMU connects. */
            SERVER
        }
    }

    /**
     * {@code type: qemu, transport: dgram}: QEMU's {@code -netdev dgram} over two Unix sockets, one frame a datagram.
     *
     * @param local absolute path of the socket that Weft makes
     * @param remote absolute path of the socket that QEMU makes
     */
    record QemuDgram(String local, String remote, SocketAccess access) implements DeviceConfig {
    }

    /**
     * {@code type: vhost-user}: the card of a virtual machine, its rings in the machine's shared memory.
     *
     * @param socket absolute path
     * @param mode which side listens
     * @param queues queue pairs the machine may use, {@code 1..}{@link #MAX_QUEUES}
     * @param access of the socket, which Weft makes in {@link QemuStream.Mode#SERVER} only; the default in {@link QemuStream.Mode#CLIENT}
     */
    record VhostUser(String socket, QemuStream.Mode mode, int queues, SocketAccess access) implements DeviceConfig {
        /** A ring's index has 8 bits in the protocol, and a pair has two. */
        public static final int MAX_QUEUES = 127;
    }

    /** {@code type: pcap, device: NAME}: an interface through libpcap, shared with the host. */
    record Pcap(String interfaceName) implements DeviceConfig {
    }

    /**
     * {@code type: pcap} with files: frames that one holds come in, what leaves is recorded in another. At least one of them.
     *
     * @param read absolute path of a capture file
     * @param loop whether it is played again and again
     * @param speed how many times faster than it was captured, 1-{@value #MAX_SPEED}; empty: as fast as the switch takes it
     * @param write absolute path of a pcapng file
     */
    record PcapFiles(Optional<String> read, boolean loop, OptionalInt speed,
            Optional<String> write) implements DeviceConfig {
        public static final int MAX_SPEED = 1000;
        /** Longest path of a file, in bytes ({@code PATH_MAX} without its terminator). */
        public static final int MAX_PATH = 4095;
    }

    /** The port's {@code type}, as in the file. */
    default String type() {
        return switch (this) {
            case Tap _ -> "tap";
            case Nic _ -> "nic";
            case QemuStream _,QemuDgram _ -> "qemu";
            case VhostUser _ -> "vhost-user";
            case Pcap _,PcapFiles _ -> "pcap";
        };
    }
}
