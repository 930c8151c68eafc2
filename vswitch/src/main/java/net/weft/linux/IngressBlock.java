package net.weft.linux;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps the host's own network stack from receiving frames on a device that Weft switches: frames are dropped after
 * packet sockets have received them and before a bridge or IP does. The block is an nf_tables table {@code
 * weft-<device>} of the netdev family with one empty chain on the ingress hook, whose policy is to drop. It needs no
 * rule, program or classifier that the kernel might lack.
 *
 * <p>The table is owned by the socket that created it, so the kernel removes it when the process ends in any way (since
 * 5.12; on older kernels the next {@link #install} or {@link #remove} does). Until then nobody else can change it, and
 * a second installation on the same device is refused with {@link Errno#EPERM}. When the device is deleted, the block
 * may be deleted with it (before 6.16 it always is): close it, and install it again when the device is back. The table
 * is created in the namespace of the installing thread. Needs CAP_NET_ADMIN.
 */
public final class IngressBlock implements AutoCloseable {
    private static final String TABLE_PREFIX = "weft-";
    private static final String CHAIN = "ingress";
    private static final int NFPROTO_NETDEV = 5;
    private static final int NF_NETDEV_INGRESS = 0;
    private static final int NF_DROP = 0;

    private static final int NFNL_SUBSYS_NFTABLES = 10;
    private static final int NFNL_MSG_BATCH_BEGIN = 16;
    private static final int NFNL_MSG_BATCH_END = 17;
    private static final int NEWTABLE = NFNL_SUBSYS_NFTABLES << 8;
    private static final int GETTABLE = NEWTABLE | 1;
    private static final int DELTABLE = NEWTABLE | 2;
    private static final int NEWCHAIN = NEWTABLE | 3;

    private static final int NFTA_TABLE_NAME = 1;
    private static final int NFTA_TABLE_FLAGS = 2;
    private static final int NFT_TABLE_F_OWNER = 2;
    private static final int NFTA_CHAIN_TABLE = 1;
    private static final int NFTA_CHAIN_NAME = 3;
    private static final int NFTA_CHAIN_HOOK = 4;
    private static final int NFTA_CHAIN_POLICY = 5;
    private static final int NFTA_CHAIN_TYPE = 7;
    private static final int NFTA_HOOK_HOOKNUM = 1;
    private static final int NFTA_HOOK_PRIORITY = 2;
    private static final int NFTA_HOOK_DEV = 3;

    private final String device;
    private final Netlink netlink;

    private IngressBlock(String device, Netlink netlink) {
        this.device = device;
        this.netlink = netlink;
    }

    /**
     * Drops all ingress frames of a device until {@link #close()} or the end of the process. A table left behind is
     * replaced.
     *
     * @throws LinuxException {@link Errno#EPERM} without privilege or if another Weft holds the device, {@link
     *     Errno#ENODEV} if there is no such device, {@link Errno#EOPNOTSUPP} or {@link Errno#EPROTONOSUPPORT} if the
     *     kernel has no nf_tables ingress hook
     */
    public static IngressBlock install(String device) {
        requirePresent(device);
        Netlink netlink = new Netlink(Netlink.NETLINK_NETFILTER, 0);
        try {
            try {
                create(netlink, device, NFT_TABLE_F_OWNER);
            } catch (LinuxException e) {
                if (e.errno() != Errno.EOPNOTSUPP && e.errno() != Errno.EINVAL) {
                    throw e;
                }
                create(netlink, device, 0);
            }
            return new IngressBlock(device, netlink);
        } catch (LinuxException e) {
            netlink.close();
            throw e;
        }
    }

    /** Checks that the device exists, because newer kernels accept any name and wait for such a device. */
    private static void requirePresent(String device) {
        try (Interfaces interfaces = new Interfaces()) {
            if (interfaces.find(device) == null) {
                throw new LinuxException(Errno.ENODEV, "nf_tables", "ingress of device " + device);
            }
        }
    }

    /** Installs a table without an owner, as on kernels before 5.12: it stays until somebody removes it. */
    static void installUnowned(String device) {
        try (Netlink netlink = new Netlink(Netlink.NETLINK_NETFILTER, 0)) {
            create(netlink, device, 0);
        }
    }

    /**
     * Replaces the table in one transaction, so that the device is never unblocked in between: it creates a table if
     * there is none, deletes it, and creates the right one.
     */
    private static void create(Netlink netlink, String device, int tableFlags) {
        String table = TABLE_PREFIX + device;
        NetlinkMessage chain = message(NEWCHAIN, NetlinkMessage.NLM_F_CREATE, NFPROTO_NETDEV, 0)
                .attribute(NFTA_CHAIN_TABLE, table)
                .attribute(NFTA_CHAIN_NAME, CHAIN)
                .attribute(NFTA_CHAIN_TYPE, "filter")
                .attributeBe(NFTA_CHAIN_POLICY, NF_DROP)
                .nest(NFTA_CHAIN_HOOK, hook -> hook.attributeBe(NFTA_HOOK_HOOKNUM, NF_NETDEV_INGRESS)
                        .attributeBe(NFTA_HOOK_PRIORITY, 0)
                        .attribute(NFTA_HOOK_DEV, device));
        transaction(netlink, device, newTable(table, 0), deleteTable(table), newTable(table, tableFlags), chain);
    }

    /** Removes a table that an earlier process left for this device; nothing happens if there is none. */
    public static void remove(String device) {
        String table = TABLE_PREFIX + Interfaces.checkName(device);
        try (Netlink netlink = new Netlink(Netlink.NETLINK_NETFILTER, 0)) {
            transaction(netlink, device, newTable(table, 0), deleteTable(table));
        }
    }

    /** Returns the devices of this namespace that have a table, whoever owns it. */
    public static List<String> installed() {
        List<String> devices = new ArrayList<>();
        try (Netlink netlink = new Netlink(Netlink.NETLINK_NETFILTER, 0)) {
            netlink.dump(message(GETTABLE, NetlinkMessage.NLM_F_DUMP, NFPROTO_NETDEV, 0), (type, payload) -> {
                if (type == NEWTABLE && payload.remaining() >= 4) {
                    addTable(devices, payload.slice(4, payload.remaining() - 4).order(payload.order()));
                }
            }, "NFT_MSG_GETTABLE", "family netdev");
        }
        return devices;
    }

    private static void addTable(List<String> devices, ByteBuffer attributes) {
        NetlinkAttributes.forEach(attributes, (type, value) -> {
            String text = type == NFTA_TABLE_NAME ? NetlinkAttributes.text(value) : "";
            if (text.startsWith(TABLE_PREFIX)) {
                devices.add(text.substring(TABLE_PREFIX.length()));
            }
        });
    }

    public String device() {
        return device;
    }

    /** The descriptor of the socket that owns the table. */
    Fd fd() {
        return netlink.fd();
    }

    private static NetlinkMessage newTable(String table, int flags) {
        return message(NEWTABLE, NetlinkMessage.NLM_F_CREATE, NFPROTO_NETDEV, 0).attribute(NFTA_TABLE_NAME, table)
                .attributeBe(NFTA_TABLE_FLAGS, flags);
    }

    private static NetlinkMessage deleteTable(String table) {
        return message(DELTABLE, 0, NFPROTO_NETDEV, 0).attribute(NFTA_TABLE_NAME, table);
    }

    private static void transaction(Netlink netlink, String device, NetlinkMessage... changes) {
        List<NetlinkMessage> batch = new ArrayList<>();
        batch.add(message(NFNL_MSG_BATCH_BEGIN, 0, 0, NFNL_SUBSYS_NFTABLES));
        batch.addAll(List.of(changes));
        batch.add(message(NFNL_MSG_BATCH_END, 0, 0, NFNL_SUBSYS_NFTABLES));
        netlink.batch(batch, 1, "nf_tables", "ingress of device " + device);
    }

    /**
     * Creates a message with {@code struct nfgenmsg}: family 1 byte, version 1 byte, resource 2 bytes in network order.
     */
    private static NetlinkMessage message(int type, int flags, int family, int resource) {
        return new NetlinkMessage(type, flags).u8(family).u8(0).u8(resource >> 8).u8(resource);
    }

    /** Removes the block; does nothing if somebody else has removed the table. */
    @Override
    public void close() {
        try (netlink) {
            if (netlink.fd().isOpen()) {
                transaction(netlink, device, deleteTable(TABLE_PREFIX + device));
            }
        } catch (LinuxException e) {
            if (e.errno() != Errno.ENOENT) {
                throw e;
            }
        }
    }
}
