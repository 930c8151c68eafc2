package net.weft.examples.lab;

import java.net.InetSocketAddress;
import java.util.List;

/**
 * A Linux host behind one cable: its interface {@code eth0}, seen from the other end as {@code cable}.
 *
 * @param cidr its address with prefix length, for example {@code 10.10.0.1/24}
 */
public record Host(String cable, Namespace namespace, String mac, String cidr) {
    public static final String DEVICE = "eth0";

    public String address() {
        return cidr.substring(0, cidr.indexOf('/'));
    }

    public InetSocketAddress endpoint(int port) {
        return new InetSocketAddress(address(), port);
    }

    /** Adds an IPv6 address, which is usable at once. @param cidr for example {@code fd00:10::1/64}. */
    public void ipv6(String cidr) {
        namespace.run("sysctl", "-q", "-w", "net.ipv6.conf." + DEVICE + ".accept_dad=0",
                "net.ipv6.conf." + DEVICE + ".disable_ipv6=0").orThrow();
        namespace.ip("address", "add", cidr, "dev", DEVICE, "nodad");
    }

    /** Frames that have come out of its cable so far, from the kernel's counter. */
    public long packetsReceived() {
        return Long
                .parseLong(namespace.run("cat", "/sys/class/net/" + DEVICE + "/statistics/rx_packets").orThrow().out()
                        .strip());
    }

    public FrameSocket frames() {
        return FrameSocket.open(namespace, DEVICE);
    }

    /**
     * Sends at most {@code attempts} echo requests, a fifth of a second apart; returns true as soon as one is answered
     * in time.
     */
    public boolean reaches(String address, int attempts) {
        return pings(namespace, address, attempts);
    }

    static boolean pings(Namespace from, String address, int attempts) {
        for (int i = 0; i < attempts; i++) {
            if (from.run("ping", "-n", "-q", "-c", "1", "-W", "1", address).ok()) {
                return true;
            }
        }
        return false;
    }

    /** The names of all its devices, for example to check that a test left none behind. */
    public List<String> devices() {
        return namespace.run("ls", "/sys/class/net").orThrow().out().lines().toList();
    }
}
