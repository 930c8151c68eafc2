package net.weft.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A tap device. Unless it is {@link #persistent}, the device exists as long as this object is open, so that nothing
 * remains of it however the process ends. Each read returns and each write accepts one Ethernet frame, preceded by a
 * {@code struct virtio_net_hdr} of {@value #VNET_HEADER_BYTES} bytes; frames of up to 64 KB with incomplete checksums
 * are allowed according to {@link #offloads}. Non-blocking; reads and writes return the negative errno, {@code -EIO}
 * while the device is down.
 */
public final class Tun implements AutoCloseable {
    /** Bytes of {@code struct virtio_net_hdr} without the number of buffers. */
    public static final int VNET_HEADER_BYTES = 10;

    public static final int TUN_F_CSUM = 0x01;
    public static final int TUN_F_TSO4 = 0x02;
    public static final int TUN_F_TSO6 = 0x04;
    public static final int TUN_F_TSO_ECN = 0x08;
    public static final int TUN_F_USO4 = 0x20;
    public static final int TUN_F_USO6 = 0x40;
    private static final int TSO = TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 | TUN_F_TSO_ECN;

    private static final String PATH = "/dev/net/tun";
    private static final long TUNSETIFF = 0x400454caL;
    private static final long TUNSETPERSIST = 0x400454cbL;
    private static final long TUNSETOFFLOAD = 0x400454d0L;
    private static final long TUNSETVNETHDRSZ = 0x400454d8L;
    private static final long TUNSETCARRIER = 0x400454e2L;
    private static final int IFF_TAP = 0x0002;
    private static final int IFF_NO_PI = 0x1000;
    private static final int IFF_VNET_HDR = 0x4000;
    private static final int IFF_TUN_EXCL = 0x8000;

    private final Fd fd;
    private final String name;
    private final int offloads;

    private Tun(Fd fd, String name, int offloads) {
        this.fd = fd;
        this.name = name;
        this.offloads = offloads;
    }

    /**
     * Creates a tap device in the namespace of the calling thread; it is down at first.
     *
     * @param name device name; {@code %d} is replaced by the next free number
     * @throws LinuxException {@link Errno#EBUSY} if the name is in use, {@link Errno#EPERM} without CAP_NET_ADMIN,
     *     {@link Errno#ENOENT} if this machine has no {@code /dev/net/tun}
     */
    public static Tun create(String name) {
        return open(name, IFF_TUN_EXCL);
    }

    /**
     * Takes over a persistent tap device that no process holds, with its IP addresses, MAC address and state.
     *
     * @throws LinuxException {@link Errno#EBUSY} if another process holds it, {@link Errno#EINVAL} if the interface of
     *     that name is not a tap device, {@link Errno#EPERM} without CAP_NET_ADMIN
     */
    public static Tun attach(String name) {
        return open(name, 0);
    }

    private static Tun open(String name, int exclusive) {
        Fd fd = Fd.open(PATH, Fd.O_RDWR | Fd.O_NONBLOCK);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = Ifreq.allocate(arena, name);
            request.set(JAVA_SHORT, Ifreq.UNION_OFFSET, (short) (IFF_TAP | IFF_NO_PI | IFF_VNET_HDR | exclusive));
            LinuxException.check(fd.ioctl(TUNSETIFF, request.address()), "ioctl", "TUNSETIFF tap device " + name);
            String given = request.getString(0);
            MemorySegment headerBytes = arena.allocateFrom(JAVA_INT, VNET_HEADER_BYTES);
            LinuxException.check(fd.ioctl(TUNSETVNETHDRSZ, headerBytes.address()), "ioctl",
                    "TUNSETVNETHDRSZ tap device " + given);
            return new Tun(fd, given, offer(fd, given));
        } catch (RuntimeException e) {
            fd.close();
            throw e;
        }
    }

    /** Sets the offloads that Weft accepts; UDP segmentation is supported since Linux 6.2. */
    private static int offer(Fd fd, String name) {
        int all = TSO | TUN_F_USO4 | TUN_F_USO6;
        if (fd.ioctl(TUNSETOFFLOAD, all) >= 0) {
            return all;
        }
        LinuxException.check(fd.ioctl(TUNSETOFFLOAD, TSO), "ioctl", "TUNSETOFFLOAD tap device " + name);
        return TSO;
    }

    public Fd fd() {
        return fd;
    }

    public String name() {
        return name;
    }

    /** The negotiated offloads in both directions: {@code TUN_F_…} bits. */
    public int offloads() {
        return offloads;
    }

    /**
     * Sets whether the device outlives this descriptor, with its addresses. Without a holder the device has no carrier.
     */
    public void persistent(boolean on) {
        LinuxException.check(fd.ioctl(TUNSETPERSIST, on ? 1 : 0), "ioctl", "TUNSETPERSIST tap device " + name);
    }

    /** Sets the carrier that the host sees. */
    public void carrier(boolean on) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocateFrom(JAVA_INT, on ? 1 : 0);
            LinuxException.check(fd.ioctl(TUNSETCARRIER, value.address()), "ioctl", "TUNSETCARRIER tap device " + name);
        }
    }

    @Override
    public void close() {
        fd.close();
    }
}
