package net.weft.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The network devices of one namespace, through rtnetlink: the namespace of the thread that opened this object. Methods
 * may be called from any thread, one at a time. Changes need CAP_NET_ADMIN and throw {@link LinuxException}, mostly
 * {@link Errno#EPERM} or {@link Errno#ENODEV}.
 */
public final class Interfaces implements AutoCloseable {
    static final int RTM_NEWLINK = 16;
    static final int RTM_DELLINK = 17;
    private static final int RTM_GETLINK = 18;
    private static final int RTM_NEWADDR = 20;
    private static final int RTM_GETADDR = 22;

    private static final int IFA_ADDRESS = 1;
    private static final int IFA_LOCAL = 2;
    /** Bytes of {@code struct ifaddrmsg}: family 1, prefix length 1, flags 1, scope 1, index 4. */
    private static final int ADDRESS_HEADER_BYTES = 8;

    /** Largest device name in bytes, without the terminating zero. */
    private static final int NAME_MAX = 15;

    private final Netlink netlink = new Netlink(Netlink.NETLINK_ROUTE, 0);

    /** An IP address of a device. */
    public record Address(int interfaceIndex, InetAddress address, int prefixLength) {
        @Override
        public String toString() {
            return address.getHostAddress() + "/" + prefixLength;
        }
    }

    /** Returns all devices, ordered by index. */
    public synchronized List<Link> links() {
        List<Link> links = new ArrayList<>();
        NetlinkMessage message = linkMessage(RTM_GETLINK, NetlinkMessage.NLM_F_DUMP, 0, 0, 0);
        netlink.dump(message, (type, payload) -> add(links, type, payload), "RTM_GETLINK", "all devices");
        return links;
    }

    /** Returns the device of that name, or null. */
    public synchronized @Nullable Link find(String name) {
        NetlinkMessage message = linkMessage(RTM_GETLINK, 0, 0, 0, 0).attribute(Link.IFLA_IFNAME, checkName(name));
        return get(message, name);
    }

    /** Returns the device of that index, or null. */
    public synchronized @Nullable Link find(int index) {
        return get(linkMessage(RTM_GETLINK, 0, index, 0, 0), "interface " + index);
    }

    private @Nullable Link get(NetlinkMessage message, String about) {
        List<Link> links = new ArrayList<>(1);
        message.addFlags(NetlinkMessage.NLM_F_ACK);
        try {
            netlink.dump(message, (type, payload) -> add(links, type, payload), "RTM_GETLINK", about);
        } catch (LinuxException e) {
            if (e.errno() == Errno.ENODEV) {
                return null;
            }
            throw e;
        }
        return links.isEmpty() ? null : links.getFirst();
    }

    private static void add(List<Link> links, int type, ByteBuffer payload) {
        Link link = type == RTM_NEWLINK ? Link.parse(payload) : null;
        if (link != null) {
            links.add(link);
        }
    }

    public synchronized void up(int index) {
        change(linkMessage(RTM_NEWLINK, 0, index, Link.IFF_UP, Link.IFF_UP), index);
    }

    public synchronized void down(int index) {
        change(linkMessage(RTM_NEWLINK, 0, index, 0, Link.IFF_UP), index);
    }

    /** @param mtu MTU in bytes; the driver refuses an unsupported one with {@link Errno#EINVAL} */
    public synchronized void mtu(int index, int mtu) {
        change(linkMessage(RTM_NEWLINK, 0, index, 0, 0).attribute(Link.IFLA_MTU, mtu), index);
    }

    /** @param mac 48 bits, first byte in the most significant bits */
    public synchronized void mac(int index, long mac) {
        byte[] octets = new byte[6];
        for (int i = 0; i < 6; i++) {
            octets[i] = (byte) (mac >> 40 - 8 * i);
        }
        change(linkMessage(RTM_NEWLINK, 0, index, 0, 0).attribute(Link.IFLA_ADDRESS, octets), index);
    }

    private void change(NetlinkMessage message, int index) {
        netlink.request(message, "RTM_NEWLINK", "interface " + index);
    }

    /** Returns the IPv4 and IPv6 addresses of a device, including link-local ones. */
    public synchronized List<Address> addresses(int index) {
        List<Address> addresses = new ArrayList<>();
        NetlinkMessage message = new NetlinkMessage(RTM_GETADDR, NetlinkMessage.NLM_F_DUMP).u8(0).u8(0).u8(0).u8(0)
                .u32(0);
        netlink.dump(message, (type, payload) -> {
            Address address = type == RTM_NEWADDR ? address(payload) : null;
            if (address != null && address.interfaceIndex() == index) {
                addresses.add(address);
            }
        }, "RTM_GETADDR", "interface " + index);
        return addresses;
    }

    private static @Nullable Address address(ByteBuffer payload) {
        if (payload.remaining() < ADDRESS_HEADER_BYTES) {
            return null;
        }
        List<byte[]> local = new ArrayList<>();
        List<byte[]> remote = new ArrayList<>();
        ByteBuffer attributes = payload.slice(ADDRESS_HEADER_BYTES, payload.remaining() - ADDRESS_HEADER_BYTES)
                .order(payload.order());
        NetlinkAttributes.forEach(attributes, (type, value) -> {
            if (type == IFA_LOCAL) {
                local.add(NetlinkAttributes.bytes(value));
            } else if (type == IFA_ADDRESS) {
                remote.add(NetlinkAttributes.bytes(value));
            }
        });
        List<byte[]> found = local.isEmpty() ? remote : local;
        try {
            return found.isEmpty()
                    ? null
                    : new Address(payload.getInt(4), InetAddress.getByAddress(found.getFirst()), payload.get(1) & 0xff);
        } catch (UnknownHostException e) {
            return null;
        }
    }

    /**
     * Returns whether IPv6 is disabled on a device ({@code /proc/sys/net/ipv6/conf/<device>/disable_ipv6}); null if the
     * kernel has no IPv6.
     */
    public static @Nullable Boolean ipv6Disabled(String name) {
        Path setting = ipv6Setting(name);
        try {
            return Files.exists(setting) ? Files.readString(setting).trim().equals("1") : null;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + setting, e);
        }
    }

    /**
     * Disables or enables IPv6 on a device of the calling thread's namespace; does nothing if the kernel has no IPv6.
     */
    public static void ipv6Disabled(String name, boolean disabled) {
        Path setting = ipv6Setting(name);
        if (Files.exists(setting)) {
            try {
                Files.writeString(setting, disabled ? "1" : "0");
            } catch (IOException e) {
                throw new UncheckedIOException("cannot write " + setting, e);
            }
        }
    }

    private static Path ipv6Setting(String name) {
        return Path.of("/proc/sys/net/ipv6/conf", checkName(name), "disable_ipv6");
    }

    /**
     * Returns the name if it is a valid Linux device name.
     *
     * @throws IllegalArgumentException if the name is empty, longer than 15 bytes, {@code .} or {@code ..}, or contains
     *     a slash, colon or blank
     */
    public static String checkName(String name) {
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        boolean odd = name.equals(".") || name.equals("..")
                || name.chars().anyMatch(c -> c == '/' || c == ':' || c <= ' ' || Character.isWhitespace(c));
        if (bytes == 0 || bytes > NAME_MAX || odd) {
            throw new IllegalArgumentException(
                    "device name \"" + name + "\" has " + bytes + " bytes; expected 1 to " + NAME_MAX
                            + " without slash, colon or blank");
        }
        return name;
    }

    /**
     * Creates a link message for a device. {@code change} is the mask of the flags to change, {@code flags} their new
     * values.
     */
    static NetlinkMessage linkMessage(int type, int messageFlags, int index, int flags, int change) {
        return new NetlinkMessage(type, messageFlags).u8(0).u8(0).u16(0).u32(index).u32(flags).u32(change);
    }

    @Override
    public void close() {
        netlink.close();
    }
}
