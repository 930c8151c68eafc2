package net.weft.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** A socket address in the kernel's format ({@code struct sockaddr_…}) and as text. Immutable. */
public final class SocketAddress {
    /** Largest Unix-domain path, bytes: {@code sun_path} has 108, including the terminating zero. */
    public static final int UNIX_PATH_MAX = 107;

    /** Bytes of the largest address ({@code struct sockaddr_storage}). */
    public static final int MAX_BYTES = 128;

    private final byte[] bytes;
    private final String text;

    private SocketAddress(byte[] bytes, String text) {
        this.bytes = bytes;
        this.text = text;
    }

    /**
     * Creates the address of a Unix-domain socket in the file system.
     *
     * @throws IllegalArgumentException if the path is empty, contains a zero byte, or is longer than {@value
     *     #UNIX_PATH_MAX} bytes
     */
    public static SocketAddress unix(String path) {
        byte[] name = path.getBytes(StandardCharsets.UTF_8);
        if (name.length == 0 || name.length > UNIX_PATH_MAX || path.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(
                    "socket path \"" + path + "\" has " + name.length + " bytes; expected 1 to " + UNIX_PATH_MAX
                            + " without a zero byte: use a shorter directory");
        }
        ByteBuffer address = nativeOrder(2 + name.length + 1);
        address.putShort((short) Socket.AF_UNIX).put(name);
        return new SocketAddress(address.array(), path);
    }

    /**
     * Creates the address of a Unix-domain socket in Linux's abstract namespace, which has no file (unix(7)).
     *
     * @throws IllegalArgumentException if the name is empty or longer than {@value #UNIX_PATH_MAX} bytes
     */
    public static SocketAddress abstractUnix(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        if (bytes.length == 0 || bytes.length > UNIX_PATH_MAX) {
            throw new IllegalArgumentException("abstract socket name \"" + name + "\" has " + bytes.length
                    + " bytes; expected 1 to " + UNIX_PATH_MAX);
        }
        ByteBuffer address = nativeOrder(2 + 1 + bytes.length);
        address.putShort((short) Socket.AF_UNIX).put((byte) 0).put(bytes);
        return new SocketAddress(address.array(), "@" + name);
    }

    /**
     * Creates an IPv4 or IPv6 address with a port. @throws IllegalArgumentException if the host name is not resolved
     */
    public static SocketAddress inet(InetSocketAddress endpoint) {
        if (endpoint.isUnresolved()) {
            throw new IllegalArgumentException(
                    "host name \"" + endpoint.getHostString() + "\" is not resolved; give an IP address");
        }
        byte[] host = endpoint.getAddress().getAddress();
        short port = Short.reverseBytes((short) endpoint.getPort());
        ByteBuffer address;
        if (endpoint.getAddress() instanceof Inet6Address six) {
            address = nativeOrder(28).putShort((short) Socket.AF_INET6).putShort(port).putInt(0).put(host)
                    .putInt(six.getScopeId());
        } else {
            address = nativeOrder(16).putShort((short) Socket.AF_INET).putShort(port).put(host);
        }
        return new SocketAddress(address.array(), endpoint.toString());
    }

    /**
     * Creates a {@code struct sockaddr_ll}: the frames of one EtherType, or with {@code 0x0003} all frames, of one
     * device.
     */
    static SocketAddress packet(int interfaceIndex, int etherType) {
        ByteBuffer address = nativeOrder(20);
        address.putShort((short) Socket.AF_PACKET).putShort(Short.reverseBytes((short) etherType))
                .putInt(interfaceIndex);
        return new SocketAddress(address.array(), "interface " + interfaceIndex);
    }

    /**
     * Creates a {@code struct sockaddr_nl}. The kernel assigns the port ID; {@code groups} is the legacy bit mask of
     * groups 1 to 32.
     */
    static SocketAddress netlink(int groups) {
        ByteBuffer address = nativeOrder(12);
        address.putShort((short) Socket.AF_NETLINK).putShort((short) 0).putInt(0).putInt(groups);
        return new SocketAddress(address.array(), "netlink");
    }

    private static ByteBuffer nativeOrder(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.nativeOrder());
    }

    public int bytes() {
        return bytes.length;
    }

    /** Writes the address to memory, which must have room for {@link #bytes()} bytes. */
    public void copyTo(long address) {
        Memory.copy(bytes, 0, address, bytes.length);
    }

    MemorySegment allocate(Arena arena) {
        return arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
    }

    @Override
    public String toString() {
        return text;
    }
}
