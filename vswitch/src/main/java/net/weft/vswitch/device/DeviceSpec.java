package net.weft.vswitch.device;

import org.jspecify.annotations.Nullable;

/** How a port is reached, one record a device type. Equal specs are served by the same open device. */
public sealed interface DeviceSpec {
    /** The word of {@code type:} in fabric.yaml. */
    String type();

    /** What the device is called on the host: an interface name or a socket path. */
    String label();

    /** Who may connect to a socket that Weft makes: owner and group by name (null: Weft's own), mode as in chmod. */
    record SocketAccess(@Nullable String owner, @Nullable String group, int mode) {
        /** Weft's own user and group, 0660. */
        public static final SocketAccess DEFAULT = new SocketAccess(null, null, 0660);
    }

    /** A tap interface that Weft makes. {@code persist}: it stays on the host when Weft ends, with its addresses. */
    record Tap(String device, boolean persist) implements DeviceSpec {
        /** One that is removed with the port. */
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

    /** An existing interface. {@code shareWithHost}: the host's own stack keeps using it. */
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

    /** QEMU's stream netdev. {@code listen}: Weft makes the socket and QEMU connects. */
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
     * A guest's card over vhost-user. {@code listen}: Weft makes the socket and QEMU connects.
     *
     * @param queues queue pairs the guest may use, 1-127
     */
    record VhostUser(String socket, boolean listen, int queues, SocketAccess access) implements DeviceSpec {
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
     * Capture files.
     *
     * @param read whose frames come in, or null
     * @param loop whether they do again and again
     * @param speed how many times faster than they were captured; 0: as fast as the switch takes them
     * @param write where what leaves is recorded, or null
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

    /** Frames in this process's memory, for tests, benchmarks and tracing. Compared by identity of the link. */
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
