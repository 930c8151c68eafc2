package net.weft.vswitch.device;

import java.net.InetSocketAddress;
import net.weft.vswitch.device.vhost.MemoryRules;
import org.jspecify.annotations.Nullable;

/**
 * The specification of the device of an attachment, one record per device type. Equal specs are served by the same open
 * device. The types below are the switch's own; a {@link DeviceProvider} brings others.
 */
public interface DeviceSpec {
    /** The value of {@code type:} in fabric.yaml. */
    String type();

    /** The name of the device on the host: an interface name or a socket path. */
    String label();

    /**
     * The access rights of a socket that Weft creates: owner and group by name (null: Weft's own), mode as in chmod.
     */
    record SocketAccess(@Nullable String owner, @Nullable String group, int mode) {
        /** Weft's own user and group, 0660. */
        public static final SocketAccess DEFAULT = new SocketAccess(null, null, 0660);
    }

    /**
     * A tap interface that Weft creates. With {@code persist} it stays on the host, with its addresses, when Weft ends.
     */
    record Tap(String device, boolean persist) implements DeviceSpec {
        /** A tap interface that is removed with the port. */
        public Tap(String device) {
            this(device, false);
        }

        @Override
        public String type() {
            return "tap";
        }

        @Override
        public String label() {
            return device;
        }
    }

    /** An existing interface. With {@code shareWithHost} the host's own stack keeps using it. */
    record Nic(String device, boolean shareWithHost) implements DeviceSpec {
        @Override
        public String type() {
            return "nic";
        }

        @Override
        public String label() {
            return device;
        }
    }

    /** QEMU's stream netdev. With {@code listen} Weft creates the socket and QEMU connects; otherwise Weft connects. */
    record QemuStream(String socket, boolean listen, SocketAccess access) implements DeviceSpec {
        @Override
        public String type() {
            return "qemu";
        }

        @Override
        public String label() {
            return socket;
        }
    }

    /** QEMU's dgram netdev: Weft is bound to {@code local} and sends to {@code remote}. */
    record QemuDgram(String local, String remote, SocketAccess access) implements DeviceSpec {
        @Override
        public String type() {
            return "qemu";
        }

        @Override
        public String label() {
            return local;
        }
    }

    /**
     * A guest's vNIC over vhost-user. With {@code listen} Weft creates the socket and QEMU connects; otherwise Weft
     * connects.
     *
     * @param queues queue pairs the guest may use, 1-127
     * @param memory which files may be the guest's memory
     */
    record VhostUser(String socket, boolean listen, int queues, SocketAccess access, MemoryRules memory)
            implements
                DeviceSpec {
        /** Creates a specification with the default memory rules. */
        public VhostUser(String socket, boolean listen, int queues, SocketAccess access) {
            this(socket, listen, queues, access, MemoryRules.DEFAULT);
        }

        @Override
        public String type() {
            return "vhost-user";
        }

        @Override
        public String label() {
            return socket;
        }
    }

    /** An interface through libpcap. */
    record PcapLive(String device) implements DeviceSpec {
        @Override
        public String type() {
            return "pcap";
        }

        @Override
        public String label() {
            return device;
        }
    }

    /**
     * Capture files that are replayed into the switch and written from it.
     *
     * @param read the file whose frames are received, or null
     * @param loop whether the file is replayed endlessly
     * @param speed replay speed relative to the capture; 0: as fast as the switch accepts frames
     * @param write the file that records transmitted frames, or null
     */
    record PcapFiles(@Nullable String read, boolean loop, double speed, @Nullable String write) implements DeviceSpec {
        @Override
        public String type() {
            return "pcap";
        }

        @Override
        public String label() {
            return read != null ? read : write != null ? write : "";
        }
    }

    /**
     * Ethernet frames in UDP datagrams between two addresses of one family, for stack links.
     *
     * @param local address of this host and UDP port
     * @param remote address and UDP port of the other end
     */
    record Udp(InetSocketAddress local, InetSocketAddress remote) implements DeviceSpec {
        /** A path with a smaller MTU is of no use, bytes of a layer-3 packet. */
        public static final int LEAST_MTU = 400;

        @Override
        public String type() {
            return "udp";
        }

        @Override
        public String label() {
            return text(local) + "-" + text(remote);
        }

        private static String text(InetSocketAddress address) {
            String host = address.getAddress().getHostAddress();
            return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
        }
    }

    /**
     * A port without a device of its own, which is reached through attachments of the configuration.
     *
     * @param type the value of {@code type:} that users see
     * @param label the name that users see
     * @param takesFloods false for a port to which no flooded frame is sent
     */
    record Attached(String type, String label, boolean takesFloods) implements DeviceSpec {
        /** Creates a port to which flooded frames are sent. */
        public Attached(String type, String label) {
            this(type, label, true);
        }
    }

    /**
     * A port that is at another member of the stack.
     *
     * @param member number of that member, or {@link #SEVERAL}
     */
    record Remote(int member) implements DeviceSpec {
        /** Instead of a member: the port is a link aggregation that has legs at several members, of which this is none. */
        public static final int SEVERAL = 0;

        @Override
        public String type() {
            return "stack";
        }

        @Override
        public String label() {
            return member == SEVERAL ? "several members" : "member " + member;
        }
    }

    /**
     * An in-memory link of this process, for tests, benchmarks and tracing. Two specs are equal if they hold the same
     * link object.
     */
    record InMemory(MemoryLink link) implements DeviceSpec {
        @Override
        public String type() {
            return "memory";
        }

        @Override
        public String label() {
            return link.name();
        }
    }
}
