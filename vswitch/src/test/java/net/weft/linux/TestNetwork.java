package net.weft.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;

/** Builds what system tests need inside the namespace of the calling thread. */
public final class TestNetwork {
    private static final int RTM_DELLINK = 17;
    private static final int RTM_NEWADDR = 20;
    private static final int CREATE = NetlinkMessage.NLM_F_CREATE | NetlinkMessage.NLM_F_EXCL;
    private static final int IFLA_INFO_DATA = 2;
    private static final int VETH_INFO_PEER = 1;

    private TestNetwork() {
    }

    /** Two devices joined by a wire, silent (no IPv6) and up. */
    public static void veth(String left, String right) {
        try (Netlink netlink = new Netlink(Netlink.NETLINK_ROUTE, 0); Interfaces interfaces = new Interfaces()) {
            NetlinkMessage message = Interfaces.linkMessage(Interfaces.RTM_NEWLINK, CREATE, 0, 0, 0)
                    .attribute(Link.IFLA_IFNAME, left)
                    .nest(Link.IFLA_LINKINFO, info -> info.attribute(Link.IFLA_INFO_KIND, "veth")
                            .nest(IFLA_INFO_DATA, data -> data.nest(VETH_INFO_PEER,
                                    peer -> peer.u32(0).u32(0).u32(0).u32(0).attribute(Link.IFLA_IFNAME, right))));
            netlink.request(message, "RTM_NEWLINK", left);
            for (String name : new String[]{left, right}) {
                Interfaces.ipv6Disabled(name, true);
                interfaces.up(index(name));
            }
        }
        awaitCarrier(left);
        awaitCarrier(right);
    }

    /** Until then the kernel silently drops what is sent: it sets a device's queue up some time after its wire is plugged in. */
    public static void awaitCarrier(String name) {
        try (LinkMonitor monitor = new LinkMonitor(); Interfaces interfaces = new Interfaces()) {
            while (Objects.requireNonNull(interfaces.find(name)).operState() != Link.OPER_UP) {
                assertThat(monitor.fd().poll(Fd.POLLIN, 5000)).as("%s gets a carrier", name).isPositive();
                monitor.drain(_ -> {
                });
            }
        }
    }

    public static int index(String name) {
        try (Interfaces interfaces = new Interfaces()) {
            return Objects.requireNonNull(interfaces.find(name)).index();
        }
    }

    /** Gives a device that is down another name. */
    public static void rename(int index, String name) {
        try (Netlink netlink = new Netlink(Netlink.NETLINK_ROUTE, 0)) {
            netlink.request(Interfaces.linkMessage(Interfaces.RTM_NEWLINK, 0, index, 0, 0)
                    .attribute(Link.IFLA_IFNAME, name), "RTM_NEWLINK", name);
        }
    }

    public static void delete(int index) {
        try (Netlink netlink = new Netlink(Netlink.NETLINK_ROUTE, 0)) {
            netlink.request(Interfaces.linkMessage(RTM_DELLINK, 0, index, 0, 0), "RTM_DELLINK", "interface " + index);
        }
    }

    /** Gives a device an IPv4 address of four octets with a 24-bit prefix. */
    public static void address(int index, byte[] address) {
        try (Netlink netlink = new Netlink(Netlink.NETLINK_ROUTE, 0)) {
            NetlinkMessage message = new NetlinkMessage(RTM_NEWADDR, CREATE).u8(Socket.AF_INET).u8(24).u8(0).u8(0)
                    .u32(index)
                    .attribute(1, address).attribute(2, address);
            netlink.request(message, "RTM_NEWADDR", "interface " + index);
        }
    }
}
